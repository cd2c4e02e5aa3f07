import { changesOf } from '../../lib/changes.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { Card } from '../ui/card.tsx';
import { Changes } from '../ui/changes.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { useUiWords } from '../ui/words.ts';

/** What was changed of a thing, by whom, the newest first. `subject` as the audit log names it: `channel:ch_…`. */
export function History({ subject }: { readonly subject: string }) {
  const t = useUiWords();
  const list = useOperation('audit.list', { query: { subject, limit: 50 } });
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
          {list.data.data.map(({ id, at, actor, actorName, action, before, after }) => (
            <li key={id} className="border-b border-line px-4 py-2.5 last:border-b-0">
              <p className="mb-1 text-small text-muted" title={fullMoment(at)}>
                {t('history.line', { when: relativeMoment(at, Date.now()), who: actorName ?? actor, what: action })}
              </p>
              <Changes changes={changesOf(before ?? undefined, after ?? undefined)} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
