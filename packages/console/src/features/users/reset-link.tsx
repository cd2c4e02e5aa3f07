import type { UserView } from '@tollgate/contract/api/people';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Secret } from '../../components/snippets/secret.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { addressOf } from '../../lib/base.ts';
import { fullMoment } from '../../lib/format.ts';
import { useAction } from '../../lib/operations.ts';
import { useUserWords } from './words.ts';
import { callOf } from '../../lib/person.ts';

/** Makes the one-time link with which somebody sets a new password, and shows it once. */
export function ResetLink({ user }: { readonly user: UserView }) {
  const t = useUserWords();
  const [made, setMade] = useState<{ readonly token: string; readonly expiresAt: number }>();
  const make = useAction('users.resetPassword', { invalidates: ['audit.list'], failed: t('reset.failed') });
  const removal = useAction('users.resetSecondFactor', {
    invalidates: ['audit.list'],
    failed: t('reset.factorStays'),
    done: () => ({ title: t('reset.factorRemoved') }),
  });
  const ending = useAction('users.endSessions', {
    invalidates: ['audit.list'],
    failed: t('reset.sessionsStay'),
    done: () => ({ title: t('reset.sessionsEnded') }),
  });
  return (
    <>
      <Button
        icon={KeyRound}
        busy={make.busy}
        onPress={async () => setMade((await make.run({ params: { id: user.id } }))?.answer)}
      >
        {t('reset.action')}
      </Button>
      <Dialog
        open={made !== undefined}
        onClose={() => setMade(undefined)}
        dismissable={false}
        title={t('reset.title', { email: callOf(user) })}
        actions={
          <Button look="primary" onPress={() => setMade(undefined)}>
            {t('reset.done')}
          </Button>
        }
      >
        {made !== undefined && (
          <div className="grid gap-3">
            <p>{t('reset.what', { until: fullMoment(made.expiresAt) })}</p>
            <Secret text={addressOf(`reset#token=${made.token}`)} what={t('reset.link')} />
            <div className="flex flex-wrap items-center gap-2 border-t border-line pt-3">
              <p className="min-w-0 grow text-small text-muted">{t('reset.factor')}</p>
              <Button
                size="small"
                look="danger"
                busy={removal.busy}
                onPress={() => void removal.run({ params: { id: user.id } })}
              >
                {t('reset.removeFactor')}
              </Button>
            </div>
            <div className="flex flex-wrap items-center gap-2 border-t border-line pt-3">
              <p className="min-w-0 grow text-small text-muted">{t('reset.sessions')}</p>
              <Button
                size="small"
                look="danger"
                busy={ending.busy}
                onPress={() => void ending.run({ params: { id: user.id } })}
              >
                {t('reset.endSessions')}
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </>
  );
}
