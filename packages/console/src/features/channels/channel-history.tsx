import { Card } from '../../components/ui/card.tsx';
import { Changes } from '../../components/ui/changes.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { changesOf } from '../../lib/changes.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { useChannelWords } from './words.ts';

/** What was changed of a channel, by whom. */
export function ChannelHistory({ channelId }: { readonly channelId: string }) {
  const t = useChannelWords();
  const list = useOperation('audit.list', { query: { subject: `channel:${channelId}`, limit: 50 } });
  return (
    <Card padded={false}>
      {list.data === undefined ? (
        list.error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState title={t('history.unread')} error={list.error} onRetry={() => void list.refetch()} />
        )
      ) : list.data.data.length === 0 ? (
        <EmptyState title={t('history.none')}>{t('history.noneWhat')}</EmptyState>
      ) : (
        <ul>
          {list.data.data.map(({ id, at, actor, action, before, after }) => (
            <li key={id} className="border-b border-line px-4 py-2.5 last:border-b-0">
              <p className="mb-1 text-small text-muted" title={fullMoment(at)}>
                {t('history.line', { when: relativeMoment(at, Date.now()), who: actor, what: action })}
              </p>
              <Changes changes={changesOf(before ?? undefined, after ?? undefined)} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
