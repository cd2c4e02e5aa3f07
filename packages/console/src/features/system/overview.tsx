import type { SystemView } from '@tollgate/contract/api/system';
import type { UseQueryResult } from '@tanstack/react-query';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { Link, shortLink } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { bytes, count, fullMoment, percent, relativeMoment } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { Books } from './books.tsx';
import { Nodes } from './nodes.tsx';
import { mattersOf } from './matters.ts';
import { useSystemWords } from './words.ts';

const databases = { sqlite: 'SQLite', postgres: 'PostgreSQL', mysql: 'MySQL / MariaDB' } as const;

/** What is to be known at a glance: first whether something is wrong. */
export function Overview({ system }: { readonly system: UseQueryResult<SystemView> }) {
  const t = useSystemWords();
  const { data, error } = system;
  const checks = useOperation('books.checks', {}, { refreshMs: 2000 });
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={10} />
    ) : (
      <ErrorState title={t('unread')} error={error} onRetry={() => void system.refetch()} />
    );
  const matters = mattersOf(data, checks.data?.data);
  const { outbox, jobs } = data;
  return (
    <div className="grid gap-4">
      {matters.length === 0 ? (
        <Notice tone="good" title={t('well', { count: data.nodes.filter(({ alive }) => alive).length })} />
      ) : (
        matters.map(({ tone, key, values }) => <Notice key={key} tone={tone} title={t(`matter.${key}`, values)} />)
      )}
      <Nodes nodes={data.nodes} now={data.at} />
      <div className="grid items-start gap-4 lg:grid-cols-3">
        <Card title={t('outbox.title')} description={t('outbox.what')}>
          <KeyValues
            items={[
              { term: t('outbox.waiting'), value: count(outbox.waiting) },
              {
                term: t('outbox.size'),
                value: t('outbox.sizeOf', {
                  bytes: bytes(outbox.bytes),
                  max: bytes(outbox.maxBytes),
                  share: percent(outbox.bytes / outbox.maxBytes),
                }),
              },
              { term: t('outbox.posted'), value: count(outbox.posted) },
              { term: t('outbox.dropped'), value: count(outbox.droppedNotes) },
            ]}
          />
        </Card>
        <Card title={t('jobs.title')} description={t('jobs.what')}>
          <KeyValues
            items={(['waiting', 'running', 'dead', 'done', 'cancelled'] as const).map((state) => ({
              term: t(`jobs.state.${state}`),
              value: (
                <Link
                  to="/system"
                  search={{ tab: 'jobs', state }}
                  className={shortLink}
                  aria-label={t('jobs.show', {
                    number: count(jobs.counts[state] ?? 0),
                    state: t(`jobs.state.${state}`),
                  })}
                >
                  {count(jobs.counts[state] ?? 0)}
                </Link>
              ),
            }))}
          />
        </Card>
        <Card title={t('about.title')}>
          <KeyValues
            items={[
              { term: t('about.version'), value: data.version },
              { term: t('about.runtime'), value: data.runtime },
              { term: t('about.database'), value: databases[data.database] },
              { term: t('about.dataDir'), value: data.dataDir, code: true },
              {
                term: t('about.started'),
                value: <span title={fullMoment(data.startedAt)}>{relativeMoment(data.startedAt, data.at)}</span>,
              },
            ]}
          />
        </Card>
      </div>
      <Books />
    </div>
  );
}
