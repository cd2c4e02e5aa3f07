import type { MeView } from '@tollgate/contract/api/people';
import type { Sent } from '@tollgate/contract/operations/declare';
import type { Operations } from '@tollgate/contract/operations/list';
import { may, reachesAny } from '@tollgate/contract/permissions';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { api } from '../../lib/api.ts';
import { useMedia } from '../../lib/media.ts';
import { Link, navigate, useRouteLocation } from '../../lib/router.tsx';
import { Filters } from './filters.tsx';
import { RequestList } from './request-list.tsx';
import { RequestTable } from './request-table.tsx';
import { useArrivals } from './use-arrivals.ts';
import { useChannels } from './use-channels.ts';

const pageSize = 50;
const refreshMs = 4000;

/** The request log with its charges: the newest page lives, older ones stand still. The address holds every filter. */
export function Requests({ me }: { readonly me: MeView }) {
  const { search } = useRouteLocation();
  const wide = useMedia('(min-width: 64rem)');
  const [live, setLive] = useState(true);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const seesAll = reachesAny('requests:read', me.user.role);
  const channels = useChannels(may('channels:read', me.user.role));
  const after = search.get('after');
  const query = queryOf(search, seesAll);
  const page = useQuery({
    queryKey: ['requests', query],
    queryFn: ({ signal }) => api.call('requests.list', { query, signal }),
    // Timers rest while the tab is hidden, and it looks again at once when it is shown.
    refetchInterval: live && after === null ? refreshMs : false,
    refetchOnWindowFocus: live ? 'always' : false,
    placeholderData: keepPreviousData,
  });
  const requests = page.data?.data;
  const arrivals = useArrivals(after === null ? requests : undefined, JSON.stringify(query));
  const toggle = (id: string): void => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const go = (next: string | null): void => {
    const params = new URLSearchParams(search);
    if (next === null) params.delete('after');
    else params.set('after', next);
    navigate(params.size === 0 ? './' : `./?${params}`);
    window.scrollTo({ top: 0 });
  };
  const Rows = wide ? RequestTable : RequestList;
  const filtered = search.has('model') || search.has('failed');

  return (
    <section aria-labelledby="requests-title">
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
        <div className="flex items-center gap-3">
          <h1 id="requests-title" className="text-xl font-semibold tracking-tight">
            Requests
          </h1>
          {after === null && (
            <Button look="quiet" size="small" onClick={() => setLive(!live)}>
              {live ? (
                <span className="relative flex size-2">
                  <span className="absolute size-2 animate-ping rounded-full bg-good/60" />
                  <span className="size-2 rounded-full bg-good" />
                </span>
              ) : (
                <Icon name="pause" className="size-3.5" />
              )}
              {live ? 'Live' : 'Paused'}
              <span className="sr-only">: {live ? 'pause' : 'go on'}</span>
            </Button>
          )}
        </div>
        <Filters seesAll={seesAll} />
      </div>
      <p role="status" className="sr-only">
        {arrivals}
      </p>
      {page.error !== null && (
        <div className="mt-4">
          <ErrorNotice
            title={requests === undefined ? 'The requests could not be read' : 'These rows are not current'}
            error={page.error}
          />
        </div>
      )}
      <Card className="mt-4 overflow-hidden">
        {requests === undefined ? (
          <div className="h-96" aria-busy={page.isPending} />
        ) : requests.length === 0 ? (
          <Nothing filtered={filtered} older={after !== null} />
        ) : (
          <Rows requests={requests} open={open} onToggle={toggle} channels={channels} />
        )}
      </Card>
      {(after !== null || (page.data?.next ?? null) !== null) && (
        <nav aria-label="Pages of the log" className="mt-4 flex justify-between gap-3">
          {after === null ? (
            <span />
          ) : (
            <Button onClick={() => go(null)}>
              <Icon name="newest" className="size-4 rtl:-scale-x-100" />
              Newest
            </Button>
          )}
          {(page.data?.next ?? null) !== null && (
            <Button onClick={() => go(page.data?.next ?? null)}>
              Older
              <Icon name="older" className="size-4 rtl:-scale-x-100" />
            </Button>
          )}
        </nav>
      )}
    </section>
  );
}

function queryOf(search: URLSearchParams, seesAll: boolean): NonNullable<Sent<Operations['requests.list']>['query']> {
  const given = (name: string): string | undefined => search.get(name) ?? undefined;
  return {
    limit: pageSize,
    after: given('after'),
    model: given('model'),
    failed: given('failed'),
    userId: seesAll && given('of') !== 'me' ? 'all' : undefined,
  };
}

function Nothing({ filtered, older }: { readonly filtered: boolean; readonly older: boolean }) {
  if (filtered)
    return (
      <Empty title="No request matches">
        <Link to="./" className="font-medium text-accent underline underline-offset-3">
          Clear the filters
        </Link>
      </Empty>
    );
  if (older) return <Empty title="Nothing older">This is the beginning of the log.</Empty>;
  return (
    <Empty title="No requests yet">
      <p>Every call through the gateway appears here within seconds, with what it cost.</p>
      <p className="mt-4">
        <Link
          to="keys"
          className="inline-flex min-h-9 items-center rounded-[var(--radius)] bg-accent px-3.5 font-medium text-accent-ink hover:bg-accent-strong"
        >
          Create a key and make the first one
        </Link>
      </p>
    </Empty>
  );
}
