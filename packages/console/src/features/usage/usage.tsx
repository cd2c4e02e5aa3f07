import { ChartNoAxesColumn } from 'lucide-react';
import { SavedViews } from '../../components/saved-views/saved-views.tsx';
import { ViewTabs } from '../../components/saved-views/view-tabs.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorNotice, ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { RangePicker } from '../../components/ui/range-picker.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useOperation } from '../../lib/operations.ts';
import { parseSearch, stringifySearch } from '../../lib/search.ts';
import { useSearchState, type ChangeSearch } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { CacheMoney } from './cache-money.tsx';
import { Controls } from './controls.tsx';
import { defaults, filterFields, searchSchema, unfiltered, type UsageSearch } from './search.ts';
import { Totals } from './totals.tsx';
import { useAsk } from './use-ask.ts';
import { UsageChart } from './usage-chart.tsx';
import { UsageFlow } from './usage-flow.tsx';
import { UsageTable } from './usage-table.tsx';
import { useUsageWords } from './words.ts';

/** Who used what, and what did it cost? A measure by any side of it, against the time before. */
export default function UsagePage() {
  const t = useUsageWords();
  const rights = useRights();
  const [search, change] = useSearchState(searchSchema);
  const seesAll = rights.reachesAny('requests:read');
  const seesChannels = rights.may('channels:read');
  const ask = useAsk(search, seesAll, seesChannels);
  const { data, error, refetch, isPlaceholderData } = useOperation(
    'usage.query',
    { query: { ...ask.narrowed, ...ask.range, measure: ask.measure, groupBy: ask.by, splitBy: ask.split, limit: 200 } },
    { keep: true, freshMs: 30_000 },
  );
  // The log, which tells statuses, does not hold caches and times apart.
  const byStatus = ask.by === 'status';
  const whole = useOperation(
    'usage.query',
    { query: { ...ask.narrowed, ...ask.range, groupBy: 'model', limit: 1 } },
    { enabled: byStatus, freshMs: 30_000 },
  );
  return (
    <>
      <PageHeader title={t('title')} actions={<Actions search={search} change={change} seesAll={seesAll} />} />
      <ViewTabs {...viewsOf(search, change)} />
      <Controls search={search} change={change} sides={ask.sides} seesAll={seesAll} />
      {data === undefined ? (
        <Card padded={false}>
          {error === null ? (
            <SkeletonRows rows={12} />
          ) : (
            <ErrorState title={t('unread')} error={error} onRetry={() => void refetch()} />
          )}
        </Card>
      ) : (
        <div aria-busy={isPlaceholderData} className="grid grid-cols-[minmax(0,1fr)] gap-4">
          {error !== null && <ErrorNotice title={t('unread')} error={error} />}
          <Totals ask={ask} answer={whole.data ?? data} />
          {data.total.requests === 0 ? (
            <Card padded={false}>
              <EmptyState
                icon={ChartNoAxesColumn}
                title={t('nothing')}
                action={
                  filterFields.some((field) => search[field] !== undefined) && (
                    <Button onPress={() => change(unfiltered)}>{t('clear')}</Button>
                  )
                }
              >
                {t('nothingWhat')}
              </EmptyState>
            </Card>
          ) : (
            <>
              <div>
                <Segmented
                  label={t('drawing.label')}
                  value={search.drawing ?? 'time'}
                  onChange={(next) => change({ drawing: next === 'flow' ? next : undefined })}
                  segments={[
                    { value: 'time', label: t('drawing.time') },
                    { value: 'flow', label: t('drawing.flow') },
                  ]}
                />
              </div>
              {search.drawing === 'flow' ? (
                <UsageFlow ask={ask} seesAll={seesAll} />
              ) : (
                <UsageChart ask={ask} answer={data} />
              )}
              <UsageTable search={search} ask={ask} answer={data} onChange={change} />
              <CacheMoney ask={ask} />
            </>
          )}
        </div>
      )}
    </>
  );
}

type ActionsProps = {
  readonly search: UsageSearch;
  readonly change: ChangeSearch<typeof searchSchema>;
  readonly seesAll: boolean;
};

const nothingSaid = Object.fromEntries(Object.keys(searchSchema.shape).map((name) => [name, undefined]));

/** The state of the page as its views keep it. */
const viewsOf = (search: UsageSearch, change: ChangeSearch<typeof searchSchema>) => ({
  page: 'usage',
  query: stringifySearch(search).slice(1),
  onShow: (query: string): void => change({ ...nothingSaid, ...parseSearch(query) }, 'push'),
});

function Actions({ search, change, seesAll }: ActionsProps) {
  const t = useUsageWords();
  return (
    <>
      <SavedViews {...viewsOf(search, change)} />
      {seesAll && (
        <Segmented
          label={t('whose')}
          value={search.of ?? 'all'}
          onChange={(next) => change({ of: next === 'me' ? next : undefined })}
          segments={[
            { value: 'all', label: t('everyone') },
            { value: 'me', label: t('mine') },
          ]}
        />
      )}
      <RangePicker
        label={t('range')}
        value={search.range ?? defaults.range}
        onChange={(range) => change({ range: range === defaults.range ? undefined : range })}
      />
    </>
  );
}
