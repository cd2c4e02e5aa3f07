import { useMemo, useRef, useState } from 'react';
import { PagedGrid } from '../../components/data-grid/paged-grid.tsx';
import { SavedViews } from '../../components/saved-views/saved-views.tsx';
import { ViewTabs } from '../../components/saved-views/view-tabs.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { RangePicker } from '../../components/ui/range-picker.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { useLetters } from '../../lib/keys.ts';
import { useMedia } from '../../lib/media.ts';
import { usePages } from '../../lib/operations.ts';
import { parseSearch, stringifySearch } from '../../lib/search.ts';
import { useSearchState, type ChangeSearch } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import { Exports } from './exports.tsx';
import { FilterField } from './filter-field.tsx';
import { defaultRange, isFiltered, isOpen, queryOf, searchSchema, type LogSearch } from './filters.ts';
import { Announcement, Live, type LiveState } from './live.tsx';
import { LogChart } from './log-chart.tsx';
import { Nothing } from './nothing.tsx';
import { Peek } from './peek.tsx';
import type { RequestView } from './request-view.ts';
import { merged } from './tail.ts';
import { useChannels } from './use-channels.ts';
import { useColumns } from './use-columns.tsx';
import { useTail } from './use-tail.ts';
import { useRequestWords } from './words.ts';

const pageSize = 100;

/** What went through the gateway, and what of it went wrong? Every filter is in the address; the latest come by themselves. */
export default function RequestsPage() {
  const t = useRequestWords();
  const rights = useRights();
  const [search, change] = useSearchState(searchSchema);
  const seesAll = rights.reachesAny('requests:read');
  const channels = useChannels(rights.may('channels:read'));
  const columns = useColumns(channels, seesAll && search.of !== 'me');
  const log = useLog(search, seesAll);
  const page = useRef<HTMLDivElement>(null);
  const toLatest = (): void => {
    page.current?.querySelector('[role=grid]')?.scrollTo({ top: 0 });
    window.scrollTo({ top: 0 });
    // Rows wait while one of them is looked at.
    change({ peek: undefined });
    log.goOn();
  };
  const docked = useMedia('(min-width: 90rem)');
  const toGrid = (): void => {
    const grid = page.current?.querySelector<HTMLElement>('[role=grid]');
    (grid?.querySelector<HTMLElement>('[data-cell][tabindex="0"]') ?? grid)?.focus({ preventScroll: true });
  };
  const peek = (request: RequestView | undefined): void => change({ peek: request?.id });
  // What waits while the reader is elsewhere goes on; otherwise it is switched off or on.
  const onSwitch = log.isHeld ? toLatest : log.toggle;
  useLetters({ t: onSwitch });
  return (
    <div ref={page}>
      <PageHeader
        title={t('title')}
        aside={isOpen(search) && <Live {...log.live} onSwitch={onSwitch} onLatest={toLatest} />}
        actions={<Actions search={search} change={change} seesAll={seesAll} />}
      />
      <ViewTabs {...viewsOf(search, change)} />
      <Announcement arrived={log.arrived} />
      <div className="pb-2">
        <LogChart search={search} seesAll={seesAll} onRange={(range) => change({ range }, 'push')} />
      </div>
      <div className="flex items-start gap-4">
        <div className="min-w-0 grow">
          <PagedGrid
            id={seesAll && search.of !== 'me' ? 'requests' : 'own-requests'}
            label={t('listLabel')}
            dense
            reuseRows
            columns={columns}
            list={log.list}
            rows={log.rows}
            rowLabel={labelOf}
            current={search.peek}
            onFollow={docked && search.peek !== undefined ? peek : undefined}
            onAway={log.setAway}
            failed={t('unread')}
            onOpen={peek}
            onClearFilters={isFiltered(search) ? () => change(unfiltered) : undefined}
            toolbar={
              <>
                <FilterField search={search} onChange={change} seesAll={seesAll} channels={channels} />
                <Segmented
                  label={t('filter.outcome')}
                  value={search.failed ?? 'all'}
                  onChange={(next) => change({ failed: next === 'true' ? next : undefined })}
                  segments={[
                    { value: 'all', label: t('filter.all') },
                    { value: 'true', label: t('filter.failed') },
                  ]}
                />
              </>
            }
            empty={<Nothing range={search.range ?? defaultRange} onRange={(range) => change({ range })} />}
          />
        </div>
        <Peek
          id={search.peek}
          rows={log.rows ?? []}
          channels={channels}
          docked={docked}
          onShow={peek}
          onLeft={toGrid}
        />
      </div>
    </div>
  );
}

const labelOf = ({ id, model }: RequestView): string => `${model} ${id}`;

const unfiltered = {
  model: undefined,
  status: undefined,
  key: undefined,
  user: undefined,
  channel: undefined,
  provider: undefined,
  group: undefined,
  endpoint: undefined,
  error: undefined,
  stream: undefined,
  cost: undefined,
  failed: undefined,
};

/** The rows of the log, with those that end while somebody looks; they wait while the reader is elsewhere in it. */
function useLog(search: LogSearch, seesAll: boolean) {
  const { peek, ...narrowed } = search;
  const place = JSON.stringify(narrowed);
  // The moment at which the log was asked for: a question that changes with the clock would be asked all the time.
  const query = useMemo(
    () => queryOf(narrowed, seesAll, Math.floor(Date.now() / 60_000) * 60_000),
    // oxlint-disable-next-line react/exhaustive-deps -- `place` is what is in it
    [place, seesAll],
  );
  const list = usePages('requests.list', { query: { ...query, limit: pageSize } });
  const [on, setOn] = useState(true);
  const [away, setAway] = useState(false);
  const { from: _from, to: _to, ...filters } = query;
  const open = isOpen(search);
  const held = away || peek !== undefined;
  const tail = useTail({
    query: filters,
    on: open && on,
    held,
    onGap: list.restart,
  });
  const rows = useMemo(() => list.rows && merged(tail.shown, list.rows), [tail.shown, list.rows]);
  const state: LiveState = !on ? 'paused' : tail.connected ? (held ? 'paused' : 'live') : 'connecting';
  return {
    list,
    rows,
    setAway,
    isHeld: on && held,
    live: { state, waiting: tail.waitingCount },
    arrived: tail.shown.length + tail.waitingCount,
    toggle: () => {
      if (!open) return;
      if (!on) list.restart();
      setOn(!on);
    },
    goOn: () => {
      setAway(false);
      setOn(true);
    },
  };
}

const nothingSaid = Object.fromEntries(Object.keys(searchSchema.shape).map((name) => [name, undefined]));

/** The state of the page as its views keep it: all but what is peeked at. */
const viewsOf = (search: LogSearch, change: ChangeSearch<typeof searchSchema>) => ({
  page: 'requests',
  query: stringifySearch({ ...search, peek: undefined }).slice(1),
  onShow: (query: string): void => change({ ...nothingSaid, ...parseSearch(query) }, 'push'),
});

type ActionsProps = {
  readonly search: LogSearch;
  readonly change: ChangeSearch<typeof searchSchema>;
  readonly seesAll: boolean;
};

/** Whose, when, and the files of it. */
function Actions({ search, change, seesAll }: ActionsProps) {
  const t = useRequestWords();
  return (
    <>
      <SavedViews {...viewsOf(search, change)} />
      {seesAll && (
        <Segmented
          label={t('filter.whose')}
          value={search.of ?? 'all'}
          onChange={(next) => change({ of: next === 'me' ? next : undefined })}
          segments={[
            { value: 'all', label: t('filter.everyone') },
            { value: 'me', label: t('filter.mine') },
          ]}
        />
      )}
      <RangePicker
        label={t('range')}
        value={search.range ?? defaultRange}
        onChange={(range) => change({ range: range === defaultRange ? undefined : range })}
      />
      <Exports search={search} seesAll={seesAll} />
    </>
  );
}
