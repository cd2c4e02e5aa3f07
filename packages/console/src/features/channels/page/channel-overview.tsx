import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Histogram } from '../../../components/charts/histogram.tsx';
import { Bar } from '../../../components/charts/marks.tsx';
import { TopList } from '../../../components/charts/top-list.tsx';
import { Status } from '../../../components/ui/badge.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { ErrorState } from '../../../components/ui/error-state.tsx';
import { Link } from '../../../components/ui/link.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { count, fullMoment, momentRange, relativeMoment, shortMoment } from '../../../lib/format.ts';
import { useOperation } from '../../../lib/operations.ts';
import { rangeBetween } from '../../../lib/range.ts';
import { useChannelWords } from '../words.ts';

const spans = { '24h': 24, '7d': 24 * 7, '30d': 24 * 30 } as const;
type Span = keyof typeof spans;
const hourMs = 3_600_000;

/** How a channel did: its traffic, what went wrong and by which status, and who it served. */
export function ChannelOverview({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const [span, setSpan] = useState<Span>('24h');
  // By the hour, so that a chart does not ask anew with each drawing.
  const to = Math.ceil(Date.now() / hourMs) * hourMs;
  const from = to - spans[span] * hourMs;
  const of = { channelId: channel.id, userId: 'all', from, to };
  return (
    <div className="grid gap-4">
      <Traffic channelId={channel.id} from={from} to={to} span={span} onSpan={setSpan} />
      <div className="grid items-start gap-4 md:grid-cols-2">
        <ErrorKinds of={of} />
        <LastErrors of={of} />
        <Most title={t('overview.models')} of={of} by="model" />
        <Most title={t('overview.users')} of={of} by="user" />
      </div>
    </div>
  );
}

type Of = { readonly channelId: string; readonly userId: string; readonly from: number; readonly to: number };

type TrafficProps = {
  readonly channelId: string;
  readonly from: number;
  readonly to: number;
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
};

/** Requests that it served last, with those that failed at the foot; a stretch that is drawn over shows its requests. */
function Traffic({ channelId, from, to, span, onSpan }: TrafficProps) {
  const t = useChannelWords();
  const navigate = useNavigate();
  const read = useOperation(
    'requests.histogram',
    { query: { channelId, userId: 'all', from, to, buckets: 60 } },
    { keep: true, refreshMs: 15_000 },
  );
  const { data } = read;
  const requests = data?.buckets.reduce((sum, one) => sum + one.requests, 0) ?? 0;
  const errors = data?.buckets.reduce((sum, one) => sum + one.errors, 0) ?? 0;
  const summary = t('overview.summary', { requests: count(requests), errors: count(errors) });
  return (
    <Card
      title={t('overview.traffic')}
      {...(data !== undefined && { description: summary })}
      actions={
        <Segmented
          label={t('overview.span')}
          value={span}
          onChange={onSpan}
          segments={(Object.keys(spans) as Span[]).map((value) => ({ value, label: t(`overview.spanOf.${value}`) }))}
        />
      }
    >
      {data === undefined ? (
        read.error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorState title={t('overview.unread')} error={read.error} onRetry={() => void read.refetch()} />
        )
      ) : requests === 0 ? (
        <EmptyState title={t('overview.noRequestsThen')} />
      ) : (
        <Histogram
          tall
          bars={data.buckets.map(({ at, ...one }) => ({ at, value: one.requests, bad: one.errors }))}
          widthMs={data.bucketMs}
          label={`${t('overview.traffic')}. ${summary}`}
          words={({ at, value, bad }) =>
            `${momentRange(at, at + data.bucketMs)}: ${t('overview.summary', { requests: count(value), errors: count(bad) })}`
          }
          ends={[shortMoment(data.from, data.to), shortMoment(data.to, data.to)]}
          onBrush={(start, end) =>
            void navigate({
              to: '/requests',
              search: { channel: channelId, range: rangeBetween(start, end) },
            })
          }
        />
      )}
    </Card>
  );
}

/** What clients were answered where it went wrong. */
function ErrorKinds({ of }: { readonly of: Of }) {
  const t = useChannelWords();
  const read = useOperation('usage.query', {
    query: { ...of, groupBy: 'status', measure: 'requests', compare: 'false' },
  });
  const kinds = (read.data?.rows ?? []).filter(({ sums }) => sums.errors > 0);
  const most = Math.max(1, ...kinds.map(({ sums }) => sums.errors));
  return (
    <Card title={t('overview.errors')} padded={false}>
      {kinds.length === 0 ? (
        <EmptyState title={t('overview.noErrors')} />
      ) : (
        <ul className="py-1.5">
          {kinds.map(({ key, sums }) => {
            const words = t('overview.times', { count: sums.errors, shown: count(sums.errors) });
            return (
              <li key={key} className="grid gap-1 px-4 py-1.5">
                <p className="flex justify-between gap-3 text-small">
                  <Link
                    to="/requests"
                    search={{ channel: of.channelId, status: key, range: rangeBetween(of.from, of.to) }}
                  >
                    {t('overview.status', { status: key })}
                  </Link>
                  <span>{words}</span>
                </p>
                <Bar value={sums.errors} most={most} label={words} warnAt={2} dangerAt={3} />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

function LastErrors({ of }: { readonly of: Of }) {
  const t = useChannelWords();
  const read = useOperation('requests.list', { query: { ...of, failed: 'true', limit: 6 } }, { refreshMs: 15_000 });
  const rows = read.data?.data ?? [];
  return (
    <Card title={t('overview.last')} padded={false}>
      {rows.length === 0 ? (
        <EmptyState title={t('overview.noErrors')} />
      ) : (
        <ul>
          {rows.map(({ id, at, model, status, errorCode }) => (
            <li
              key={id}
              className="flex items-center justify-between gap-3 border-b border-line px-4 py-2 last:border-b-0"
            >
              <span className="min-w-0 truncate">
                <Link to="/requests/$id" params={{ id }}>
                  {model}
                </Link>{' '}
                <span className="text-small text-muted">{errorCode}</span>
              </span>
              <span className="flex shrink-0 items-center gap-3">
                <Status tone="danger">{status}</Status>
                <span className="text-small text-muted" title={fullMoment(at)}>
                  {relativeMoment(at, Date.now())}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

type MostProps = { readonly title: string; readonly of: Of; readonly by: 'model' | 'user' };

function Most({ title, of, by }: MostProps) {
  const t = useChannelWords();
  const read = useOperation('usage.query', { query: { ...of, groupBy: by, compare: 'false', limit: 5 } });
  const rows = read.data?.rows ?? [];
  return (
    <Card title={title} padded={false}>
      {rows.length === 0 ? (
        <EmptyState title={t('overview.noRequests')} />
      ) : (
        <TopList
          rows={rows}
          wayTo={(key) =>
            by === 'model' ? { to: '/models/$name', params: { name: key } } : { to: '/users/$id', params: { id: key } }
          }
        />
      )}
    </Card>
  );
}
