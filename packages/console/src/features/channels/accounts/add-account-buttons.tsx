import type { ChannelView } from '@tollgate/contract/api/configuration';
import { LogIn, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import type { Answer } from '../../../lib/api.ts';
import { useChannelWords } from '../words.ts';
import { AddAccounts } from './add-accounts.tsx';
import { SignInAccount } from './sign-in-account.tsx';

type AddAccountButtonsProps = {
  readonly channel: ChannelView;
  /** Undefined until the list of providers is there. */
  readonly provider: Answer<'providers.list'>['data'][number] | undefined;
  /** How many accounts the channel has. */
  readonly known: number;
};

/** The ways to add an account: by signing in at the vendor, where it has that, and by its key. */
export function AddAccountButtons({ channel, provider, known }: AddAccountButtonsProps) {
  const t = useChannelWords();
  const [adding, setAdding] = useState<'by-key' | 'by-sign-in'>();
  const signsIn = provider?.accountLogin === true;
  const close = (): void => setAdding(undefined);
  return (
    <>
      {signsIn && (
        <Button look="primary" size="small" icon={LogIn} onPress={() => setAdding('by-sign-in')}>
          {t('signIn.action')}
        </Button>
      )}
      <Button look={signsIn ? 'plain' : 'primary'} size="small" icon={Plus} onPress={() => setAdding('by-key')}>
        {t('accounts.add')}
      </Button>
      {adding === 'by-key' && <AddAccounts channel={channel} known={known} onClose={close} />}
      {adding === 'by-sign-in' && (
        <SignInAccount
          channelId={channel.id}
          vendor={provider?.label ?? channel.provider}
          inBrowser={provider?.accountLoginWays.includes('browser') === true}
          onClose={close}
        />
      )}
    </>
  );
}
