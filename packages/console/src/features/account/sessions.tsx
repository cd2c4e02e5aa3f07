import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useSignOut } from '../../app/shell/use-sign-out.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { deviceOf } from './device.ts';
import { useAccountWords } from './words.ts';

const few = 5;

/** Where one is signed in; each can be ended. */
export function Sessions() {
  const t = useAccountWords();
  const signOut = useSignOut();
  const [asking, setAsking] = useState(false);
  const [open, setOpen] = useState(false);
  const sessions = useOperation('sessions.list');
  const revoke = useAction('sessions.revoke', {
    optimistic: ({ params }, cache) =>
      cache.update('sessions.list', ({ data }) => ({ data: data.filter(({ id }) => id !== params.id) })),
    invalidates: ['sessions.list'],
    failed: t('sessions.notEnded'),
    done: () => ({ title: t('sessions.ended') }),
  });
  // One's own first; the rest of a long list when it is asked for.
  const all = sessions.data?.data.toSorted((a, b) => Number(b.current) - Number(a.current)) ?? [];
  const shown = open ? all : all.slice(0, few);
  return (
    <Card
      title={t('sessions.title')}
      description={t('sessions.what')}
      padded={false}
      actions={
        <Button size="small" look="danger" icon={LogOut} onPress={() => setAsking(true)}>
          {t('sessions.everywhere')}
        </Button>
      }
    >
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('sessions.everywhereTitle')}
        action={t('sessions.everywhere')}
        onConfirm={() => signOut('everywhere')}
      >
        {t('sessions.everywhereWhat')}
      </ConfirmDialog>
      {sessions.data === undefined ? (
        sessions.error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorState title={t('sessions.unread')} error={sessions.error} onRetry={() => void sessions.refetch()} />
        )
      ) : (
        <ul>
          {shown.map(({ id, current, ipAddress, userAgent, createdAt, lastUsedAt, expiresAt }) => (
            <li key={id} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
              <div className="min-w-0 grow">
                <p className="flex items-center gap-2">
                  <span className="truncate">{deviceOf(userAgent) ?? t('sessions.unknown')}</span>
                  {current && <Badge tone="good">{t('sessions.current')}</Badge>}
                </p>
                <p className="text-small text-muted">
                  {ipAddress ?? '–'} ·{' '}
                  <span title={t('sessions.times', { since: fullMoment(createdAt), until: fullMoment(expiresAt) })}>
                    {t('sessions.used', { when: relativeMoment(lastUsedAt, Date.now()) })}
                  </span>
                </p>
              </div>
              {!current && (
                <Button size="small" onPress={() => void revoke.run({ params: { id } })}>
                  {t('sessions.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {shown.length < all.length && (
        <p className="border-t border-line px-4 py-2">
          <Button size="small" look="quiet" onPress={() => setOpen(true)}>
            {t('sessions.all', { count: all.length })}
          </Button>
        </p>
      )}
    </Card>
  );
}
