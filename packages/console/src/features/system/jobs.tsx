import { Ban, CircleCheck, Clock, ListTodo, LoaderCircle, RotateCw } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { Status, type StatusTone } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import { Select } from '../../components/ui/select.tsx';
import type { Answer } from '../../lib/api.ts';
import { count, fullMoment, relativeMoment } from '../../lib/format.ts';
import { useAction, usePages } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useSystemWords } from './words.ts';

type Job = Answer<'jobs.list'>['data'][number];
type State = Job['state'];

type JobsProps = {
  /** That there are. */
  readonly kinds: readonly string[];
  readonly state: State | undefined;
  readonly kind: string | undefined;
  readonly onChange: (patch: { readonly state?: State | undefined; readonly kind?: string | undefined }) => void;
};

const states = ['dead', 'running', 'waiting', 'done', 'cancelled'] as const;

/** What happens later, and what of it has failed for good: that is run again, or given up. */
export function Jobs({ kinds, state, kind, onChange }: JobsProps) {
  const t = useSystemWords();
  const rights = useRights();
  const list = usePages('jobs.list', { query: { limit: 50, state, kind } }, { refreshMs: 5000 });
  const retry = useAction('jobs.retry', {
    invalidates: ['jobs.list', 'system.read'],
    failed: t('jobs.notRetried'),
    done: ({ kind: of }) => ({ title: t('jobs.retried', { kind: of }) }),
  });
  const cancel = useAction('jobs.cancel', {
    invalidates: ['jobs.list', 'system.read'],
    failed: t('jobs.notCancelled'),
    done: ({ kind: of }) => ({ title: t('jobs.wasCancelled', { kind: of }) }),
  });
  const columns = useColumns();
  const filtered = state !== undefined || kind !== undefined;
  return (
    <>
      <Toolbar label={t('jobs.filters')}>
        <Select
          inline
          label={t('jobs.column.state')}
          choices={[
            { value: 'all', label: t('jobs.any') },
            ...states.map((value) => ({ value, label: t(`jobs.state.${value}`) })),
          ]}
          value={state ?? 'all'}
          onChange={(next) => onChange({ state: next === 'all' ? undefined : next })}
        />
        <Select
          inline
          label={t('jobs.column.kind')}
          choices={[
            { value: '', label: t('jobs.any') },
            ...[...new Set([...kinds, ...(kind === undefined ? [] : [kind])])].map((value) => ({
              value,
              label: value,
            })),
          ]}
          value={kind ?? ''}
          onChange={(next) => onChange({ kind: next === '' ? undefined : next })}
        />
      </Toolbar>
      <PagedGrid
        id="jobs"
        label={t('jobs.title')}
        columns={columns}
        list={list}
        rowLabel={(job) => job.kind}
        failed={t('jobs.unread')}
        empty={
          filtered ? (
            <EmptyState
              title={t('jobs.noMatch')}
              action={
                <Button onPress={() => onChange({ state: undefined, kind: undefined })}>{t('jobs.clear')}</Button>
              }
            />
          ) : (
            <EmptyState icon={ListTodo} title={t('jobs.empty')}>
              {t('jobs.what')}
            </EmptyState>
          )
        }
        {...(rights.may('jobs:write') && {
          actions: (job: Job) => (
            <>
              <MenuItem
                icon={RotateCw}
                disabled={job.state === 'running' || job.state === 'done'}
                onAction={() => void retry.run({ params: { id: job.id } })}
              >
                {t('jobs.runNow')}
              </MenuItem>
              <MenuItem
                icon={Ban}
                danger
                disabled={!job.cancellable || job.state === 'done' || job.state === 'cancelled'}
                onAction={() => void cancel.run({ params: { id: job.id } })}
              >
                {t('jobs.cancel')}
              </MenuItem>
            </>
          ),
        })}
      />
    </>
  );
}

const looks: Readonly<Record<State, { readonly tone: StatusTone; readonly icon?: typeof Clock }>> = {
  waiting: { tone: 'plain', icon: Clock },
  running: { tone: 'plain', icon: LoaderCircle },
  done: { tone: 'good', icon: CircleCheck },
  dead: { tone: 'danger' },
  cancelled: { tone: 'off' },
};

function useColumns(): readonly Column<Job>[] {
  const t = useSystemWords();
  return useMemo(() => {
    const moment = (at: number | null) =>
      at === null ? (
        ''
      ) : (
        <span className="text-muted" title={fullMoment(at)}>
          {relativeMoment(at, Date.now())}
        </span>
      );
    return [
      {
        id: 'kind',
        header: t('jobs.column.kind'),
        cell: ({ kind }) => <code className="font-mono text-small">{kind}</code>,
        width: 230,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'state',
        header: t('jobs.column.state'),
        cell: ({ state }) => <Status {...looks[state]}>{t(`jobs.state.${state}`)}</Status>,
        width: 130,
        phone: 'aside',
      },
      { id: 'due', header: t('jobs.column.due'), cell: ({ dueAt }) => moment(dueAt), width: 130, phone: 'detailAside' },
      { id: 'started', header: t('jobs.column.started'), cell: ({ startedAt }) => moment(startedAt), width: 130 },
      {
        id: 'attempts',
        header: t('jobs.column.attempts'),
        cell: ({ attempts }) => count(attempts),
        width: 90,
        align: 'end',
      },
      {
        id: 'error',
        header: t('jobs.column.error'),
        cell: ({ lastError }) => <span title={lastError ?? undefined}>{lastError ?? ''}</span>,
        width: 200,
        grow: true,
        phone: 'detail',
      },
      {
        id: 'id',
        header: t('jobs.column.id'),
        cell: ({ id }) => <code className="font-mono text-xs text-muted">{id}</code>,
        width: 230,
      },
    ];
  }, [t]);
}
