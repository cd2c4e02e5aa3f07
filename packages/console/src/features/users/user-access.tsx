import type { UserView } from '@tollgate/contract/api/people';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { Secret } from '../../components/snippets/secret.tsx';
import { AskingButton } from '../../components/ui/asking-button.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { fullMoment } from '../../lib/format.ts';
import { useAction } from '../../lib/operations.ts';
import { callOf } from '../../lib/person.ts';
import { usePublicAddress } from '../../lib/site.ts';
import { EndUser } from './end-user.tsx';
import { useUserWords } from './words.ts';

type UserProps = { readonly user: UserView };

/** How somebody gets in: their password, their second factor and where they are signed in; and how they are shut out for good. */
export function UserAccess({ user }: UserProps) {
  const t = useUserWords();
  return (
    <Card title={t('access.title')} padded={false}>
      <ul>
        <Way name={t('access.password')} what={t('access.passwordWhat')}>
          <ResetLink user={user} />
        </Way>
        <Way name={t('access.factor')} what={t('access.factorWhat')}>
          <RemoveFactor user={user} />
        </Way>
        <Way name={t('access.sessions')} what={t('access.sessionsWhat')}>
          <EndSessions user={user} />
        </Way>
        <EndUser user={user}>
          {(button) => (
            <Way name={t('access.account')} what={t('access.accountWhat')}>
              {button}
            </Way>
          )}
        </EndUser>
      </ul>
    </Card>
  );
}

type WayProps = { readonly name: string; readonly what: string; readonly children: ReactNode };

const Way = ({ name, what, children }: WayProps) => (
  <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2.5 last:border-b-0">
    <div className="min-w-0 max-sm:w-full">
      <p className="font-medium">{name}</p>
      <p className="text-small text-muted">{what}</p>
    </div>
    {children}
  </li>
);

/** Makes the one-time link with which somebody sets a new password, and shows it once. */
function ResetLink({ user }: UserProps) {
  const t = useUserWords();
  const publicAddress = usePublicAddress();
  const [made, setMade] = useState<{ readonly token: string; readonly expiresAt: number }>();
  const make = useAction('users.resetPassword', { invalidates: ['audit.list'], failed: t('reset.failed') });
  const close = (): void => setMade(undefined);
  return (
    <>
      <Button
        size="small"
        busy={make.busy}
        onPress={async () => setMade((await make.run({ params: { id: user.id } }))?.answer)}
      >
        {t('reset.action')}
      </Button>
      <Dialog
        open={made !== undefined}
        onClose={close}
        dismissable={false}
        title={t('reset.title', { email: callOf(user) })}
        actions={
          <Button look="primary" onPress={close}>
            {t('reset.done')}
          </Button>
        }
      >
        {made !== undefined && (
          <div className="grid gap-3">
            <p>{t('reset.what', { until: fullMoment(made.expiresAt) })}</p>
            <Secret
              text={publicAddress(
                `reset#${new URLSearchParams({ token: made.token, user: user.email ?? user.username ?? '' })}`,
              )}
              what={t('reset.link')}
            />
          </div>
        )}
      </Dialog>
    </>
  );
}

function RemoveFactor({ user }: UserProps) {
  const t = useUserWords();
  const removal = useAction('users.resetSecondFactor', {
    invalidates: ['audit.list'],
    failed: t('access.factorStays'),
    done: () => ({ title: t('access.factorRemoved') }),
  });
  return (
    <AskingButton
      size="small"
      action={t('access.removeFactor')}
      title={t('access.removeFactorTitle', { email: callOf(user) })}
      onConfirm={async () => void (await removal.run({ params: { id: user.id } }))}
    >
      {t('access.removeFactorWhat')}
    </AskingButton>
  );
}

function EndSessions({ user }: UserProps) {
  const t = useUserWords();
  const ending = useAction('users.endSessions', {
    invalidates: ['audit.list'],
    failed: t('access.sessionsStay'),
    done: () => ({ title: t('access.sessionsEnded') }),
  });
  return (
    <AskingButton
      size="small"
      action={t('access.endSessions')}
      title={t('access.endSessionsTitle', { email: callOf(user) })}
      onConfirm={async () => void (await ending.run({ params: { id: user.id } }))}
    >
      {t('access.endSessionsWhat')}
    </AskingButton>
  );
}
