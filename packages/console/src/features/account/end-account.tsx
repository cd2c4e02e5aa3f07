import type { DeletionState } from '@tollgate/contract/api/privacy';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { api } from '../../lib/api.ts';
import { calendarDay } from '../../lib/format.ts';
import { usdFloored } from '../../lib/money.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useMe } from '../../lib/session.ts';
import { useAccountWords } from './words.ts';

/** Has one's account deleted, and takes that back. */
export function EndAccount() {
  const t = useAccountWords();
  const { user } = useMe();
  const state = useOperation('deletion.read');
  const [asking, setAsking] = useState(false);
  const keep = useAction('deletion.undo', {
    invalidates: ['deletion.read'],
    failed: t('data.notKept'),
    done: () => ({ title: t('data.kept') }),
  });
  if (state.error !== null) return <ErrorNotice title={t('data.unread')} error={state.error} />;
  if (state.data === undefined) return null;
  const { deletion, hindrance } = state.data;
  if (deletion !== null)
    return (
      <Notice
        tone="warn"
        title={t('data.due', { when: calendarDay(deletion.dueAt) })}
        actions={
          <Button size="small" busy={keep.busy} onPress={() => void keep.run({})}>
            {t('data.keep')}
          </Button>
        }
      >
        {deletion.waitsFor === null ? t('data.dueWhat') : t('data.waits', { what: deletion.waitsFor })}
      </Notice>
    );
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p className="min-w-48 flex-1 text-small text-muted">
        {hindrance === null ? t('data.endWhat') : `${t('data.hindered')}: ${hindrance.message}`}
      </p>
      <Button size="small" look="danger" isDisabled={hindrance !== null} onPress={() => setAsking(true)}>
        {t('data.end')}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('data.endTitle')}
        action={t('data.end')}
        typed={user.email ?? user.username ?? user.name}
        onConfirm={async () => {
          await api.call('deletion.request');
          await state.refetch();
        }}
      >
        <Losses state={state.data} />
      </ConfirmDialog>
    </div>
  );
}

/** What going takes with it. */
function Losses({ state }: { readonly state: DeletionState }) {
  const t = useAccountWords();
  const { graceDays, balanceNanos, subscriptions } = state;
  const balance = BigInt(balanceNanos);
  return (
    <ul className="grid list-disc gap-1 ps-5">
      <li>{t('data.endWhat')}</li>
      {balance > 0n && <li>{t('data.loses', { amount: usdFloored(balance) })}</li>}
      {subscriptions > 0 && <li>{t('data.ends', { count: subscriptions })}</li>}
      <li>{graceDays === 0 ? t('data.endNow') : t('data.endDue', { count: graceDays })}</li>
    </ul>
  );
}
