import { ChevronDown, CircleUser } from 'lucide-react';
import { useState } from 'react';
import { errorOf } from '../../lib/error-of.ts';
import { Button } from '../../components/ui/button.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { Popover } from '../../components/ui/popover.tsx';
import { useMe } from '../../lib/session.ts';
import { DensityChoice, LanguageChoice, ThemeChoice } from './choices.tsx';
import { useSignOut } from './use-sign-out.ts';
import { useShellWords } from './words.ts';
import { callOf } from '../../lib/person.ts';

/** Who is signed in, how the console looks and speaks, and the ways out. */
export default function AccountMenu() {
  const t = useShellWords();
  const { user } = useMe();
  return (
    <Popover
      label={t('account.of', { email: callOf(user) })}
      className="w-76"
      trigger={
        <Button look="quiet" aria-label={t('account.of', { email: callOf(user) })} className="-me-2">
          <CircleUser aria-hidden className="size-4" />
          <span className="max-w-48 truncate max-lg:hidden">{callOf(user)}</span>
          <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      }
    >
      {(close) => (
        <>
          <div className="border-b border-line px-4 py-3">
            <p className="truncate font-medium">{user.name}</p>
            <p className="truncate text-small text-muted">{user.email}</p>
            <p className="mt-1 text-small text-muted">
              {t('account.roleAndGroup', { role: user.role, group: user.group })}
            </p>
          </div>
          <div className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 *:odd:text-small *:odd:text-muted *:even:justify-self-end">
            <span>{t('account.theme')}</span>
            <ThemeChoice />
            <span>{t('account.density')}</span>
            <DensityChoice />
            <span>{t('account.language')}</span>
            <LanguageChoice />
          </div>
          <div className="border-b border-line p-1.5">
            <LinkButton to="/account" onClick={close} look="quiet" className="w-full justify-start!">
              {t('account.settings')}
            </LinkButton>
          </div>
          <SignOut />
        </>
      )}
    </Popover>
  );
}

function SignOut() {
  const t = useShellWords();
  const signOut = useSignOut();
  const [busy, setBusy] = useState<'here' | 'everywhere'>();
  const [failure, setFailure] = useState<Error>();
  const leave = async (where: 'here' | 'everywhere'): Promise<void> => {
    setBusy(where);
    setFailure(undefined);
    try {
      await signOut(where);
    } catch (error) {
      setFailure(errorOf(error));
      setBusy(undefined);
    }
  };
  return (
    <div className="grid gap-px p-1.5">
      {failure !== undefined && <ErrorNotice title={t('account.stillSignedIn')} error={failure} />}
      <Button look="quiet" className="justify-start!" busy={busy === 'here'} onPress={() => void leave('here')}>
        {t('account.signOut')}
      </Button>
      <Button
        look="quiet"
        className="h-auto! justify-start! py-1.5! text-start whitespace-normal!"
        busy={busy === 'everywhere'}
        onPress={() => void leave('everywhere')}
      >
        {t('account.signOutEverywhere')}
      </Button>
    </div>
  );
}
