import { Wallet } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { api, type Answer } from '../../../lib/api.ts';
import { errorOf } from '../../../lib/error-of.ts';
import { useChannelWords } from '../words.ts';

type Told = Answer<'channels.balance'>['credentials'];

/** What each account of a channel has left at its vendor, asked when somebody wants to know. */
export function Balances({ id }: { readonly id: string }) {
  const t = useChannelWords();
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState<Told>();
  const [failure, setFailure] = useState<Error>();
  const ask = async (): Promise<void> => {
    setOpen(true);
    setTold(undefined);
    setFailure(undefined);
    try {
      setTold((await api.call('channels.balance', { params: { id } })).credentials);
    } catch (error) {
      setFailure(errorOf(error));
    }
  };
  return (
    <>
      <Button size="small" icon={Wallet} onPress={() => void ask()}>
        {t('balances.action')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('balances.title')} description={t('balances.what')}>
        {failure !== undefined ? (
          <ErrorNotice title={t('balances.failed')} error={failure} />
        ) : told === undefined ? (
          <SkeletonRows rows={3} />
        ) : (
          <ul>
            {told.map(({ index, balances, problem }) => (
              <li key={index} className="flex justify-between gap-4 border-b border-line py-2 last:border-b-0">
                <span className="shrink-0">{t('accounts.name', { index })}</span>
                {problem === null ? (
                  <span className="text-end font-medium tabular-nums">
                    {balances.map(({ amount, currency }) => `${amount} ${currency}`).join(', ')}
                  </span>
                ) : (
                  <span className="min-w-0 text-end text-small text-danger wrap-anywhere">{problem}</span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}
