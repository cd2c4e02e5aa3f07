import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useOperation } from '../../lib/operations.ts';
import { SecondFactorDialog, type SecondFactorTask } from './second-factor-dialog.tsx';
import { useAccountWords } from './words.ts';

/** Codes of an authenticator: whether they are asked for, and what can be done about it. */
export function SecondFactor() {
  const t = useAccountWords();
  const state = useOperation('secondFactor.read');
  const [task, setTask] = useState<SecondFactorTask>();
  const { enabled = false, required = false, backupCodes = 0 } = state.data ?? {};
  return (
    <Card
      title={t('factor.title')}
      description={t('factor.what')}
      actions={
        state.data !== undefined && (
          <Status tone={enabled ? 'good' : required ? 'danger' : 'plain'}>
            {t(enabled ? 'factor.on' : 'factor.off')}
          </Status>
        )
      }
    >
      {state.data === undefined ? (
        state.error === null ? (
          <SkeletonRows rows={1} />
        ) : (
          <ErrorState title={t('factor.unread')} error={state.error} onRetry={() => void state.refetch()} />
        )
      ) : (
        <div className="grid gap-3">
          {required && !enabled && (
            <Notice tone="warn" title={t('factor.required')}>
              {t('factor.requiredWhat')}
            </Notice>
          )}
          {enabled && <p className="text-muted">{t('factor.codesLeft', { count: backupCodes })}</p>}
          <div className="flex flex-wrap gap-2">
            {enabled ? (
              <>
                <Button onPress={() => setTask('renew')}>{t('factor.renew')}</Button>
                {!required && (
                  <Button look="danger" onPress={() => setTask('remove')}>
                    {t('factor.remove')}
                  </Button>
                )}
              </>
            ) : (
              <Button look="primary" icon={ShieldCheck} onPress={() => setTask('create')}>
                {t('factor.create')}
              </Button>
            )}
          </div>
        </div>
      )}
      <SecondFactorDialog task={task} onClose={() => setTask(undefined)} onDone={() => void state.refetch()} />
    </Card>
  );
}
