import { Hourglass } from 'lucide-react';
import { Status } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Link } from '../../components/ui/link.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { count, fullMoment, relativeMoment } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { useVideoWords } from './words.ts';

const head = 'px-4 py-2 text-small font-medium text-muted whitespace-nowrap';
const cell = 'px-4 py-2 whitespace-nowrap';

/** What each channel is making, since when, and what nothing is heard of, for whoever looks after channels. */
export function Queues({ refreshMs }: { readonly refreshMs: number }) {
  const t = useVideoWords();
  const list = useOperation('videos.queues', {}, { refreshMs });
  const queues = list.data?.data;
  return (
    <Card title={t('queues.title')} description={t('queues.what')} padded={false}>
      {queues === undefined ? (
        list.error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState title={t('queues.unread')} error={list.error} onRetry={() => void list.refetch()} />
        )
      ) : queues.length === 0 ? (
        <EmptyState icon={Hourglass} title={t('noneOpen')} />
      ) : (
        <div role="group" aria-label={t('queues.title')} tabIndex={0} className="overflow-x-auto">
          <table className="w-full">
            <thead className="border-b border-line">
              <tr>
                <th className={`${head} text-start`}>{t('queues.channel')}</th>
                <th className={`${head} text-start`}>{t('state')}</th>
                <th className={`${head} text-end`}>{t('queues.open')}</th>
                <th className={`${head} text-end`}>{t('queues.oldest')}</th>
              </tr>
            </thead>
            <tbody>
              {queues.map(({ channelId, channelName, open, oldestAt, stuck }) => (
                <tr key={channelId} className="border-b border-line last:border-0">
                  <td className={cell}>
                    {channelName === null ? (
                      <code className="font-mono text-small">{channelId}</code>
                    ) : (
                      <Link to="/channels/$id" params={{ id: channelId }}>
                        {channelName}
                      </Link>
                    )}
                  </td>
                  <td className={cell}>
                    {stuck === 0 ? (
                      <Status tone="good">{t('queues.heard')}</Status>
                    ) : (
                      <span className="flex items-center gap-3">
                        <Status tone="warn">{t('queues.stuck', { count: stuck })}</Status>
                        <Link to="/videos" search={{ of: 'all', open: 'true' }}>
                          {t('queues.show')}
                        </Link>
                      </span>
                    )}
                  </td>
                  <td className={`${cell} text-end tabular-nums`}>{count(open)}</td>
                  <td className={`${cell} text-end text-muted`} title={fullMoment(oldestAt)}>
                    {relativeMoment(oldestAt, Date.now())}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
