import { ArrowLeft, ArrowRight, Pause, Plus, ScrollText } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorNotice, ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useMedia } from '../../lib/media.ts';
import { useOperation, type Input } from '../../lib/operations.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useRights } from '../../lib/session.ts';
import type { z } from '../../lib/zod.ts';
import { Filters } from './filters.tsx';
import { RequestList } from './request-list.tsx';
import { RequestTable } from './request-table.tsx';
import { searchSchema } from './search.ts';
import { useArrivals } from './use-arrivals.ts';
import { useChannels } from './use-channels.ts';
import { useRequestWords } from './words.ts';

const pageSize = 50;
const refreshMs = 4000;

/** The request log with its charges: the newest page lives, older ones stand still. The address holds every filter. */
export default function RequestsPage() {
  const t = useRequestWords();
  const rights = useRights();
  const [search, change] = useSearchState(searchSchema);
  const wide = useMedia('(min-width: 64rem)');
  const [live, setLive] = useState(true);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const seesAll = rights.reachesAny('requests:read');
  const channels = useChannels(rights.may('channels:read'));
  const query = queryOf(search, seesAll);
  const older = search.after !== undefined;
  const page = useOperation(
    'requests.list',
    { query },
    // Timers rest while the tab is hidden, and it looks again at once when it is shown.
    { refreshMs: live && !older ? refreshMs : false, keep: true },
  );
  const requests = page.data?.data;
  const next = page.data?.next ?? null;
  const arrivals = useArrivals(older ? undefined : requests, JSON.stringify(query));
  const toggle = (id: string): void => {
    const shown = new Set(open);
    if (!shown.delete(id)) shown.add(id);
    setOpen(shown);
  };
  const go = (after: string | undefined): void => {
    change({ after }, 'push');
    window.scrollTo({ top: 0 });
  };
  const Rows = wide ? RequestTable : RequestList;
  const filtered = search.model !== undefined || search.failed !== undefined;

  return (
    <>
      <PageHeader
        title={t('title')}
        aside={!older && <Live live={live} onChange={setLive} />}
        actions={<Filters seesAll={seesAll} />}
      />
      <p role="status" className="sr-only">
        {arrivals === 0 ? '' : t('arrived', { count: arrivals })}
      </p>
      {page.error !== null && requests !== undefined && (
        <div className="mb-4">
          <ErrorNotice title={t('notCurrent')} error={page.error} />
        </div>
      )}
      <Card padded={false} className="overflow-hidden">
        {requests === undefined ? (
          page.error === null ? (
            <SkeletonRows rows={14} />
          ) : (
            <ErrorState title={t('unread')} error={page.error} onRetry={() => void page.refetch()} />
          )
        ) : requests.length === 0 ? (
          <Nothing
            filtered={filtered}
            older={older}
            onClear={() => change({ model: undefined, failed: undefined, after: undefined })}
          />
        ) : (
          <Rows requests={requests} open={open} onToggle={toggle} channels={channels} />
        )}
      </Card>
      {(older || next !== null) && (
        <nav aria-label={t('pagesOfLog')} className="mt-4 flex justify-between gap-3">
          {older ? (
            <Button onPress={() => go(undefined)}>
              <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" />
              {t('newest')}
            </Button>
          ) : (
            <span />
          )}
          {next !== null && (
            <Button onPress={() => go(next)}>
              {t('older')}
              <ArrowRight aria-hidden className="size-4 rtl:-scale-x-100" />
            </Button>
          )}
        </nav>
      )}
    </>
  );
}

function Live({ live, onChange }: { readonly live: boolean; readonly onChange: (live: boolean) => void }) {
  const t = useRequestWords();
  return (
    <Button look="quiet" size="small" onPress={() => onChange(!live)} aria-label={live ? t('pause') : t('goOn')}>
      {live ? (
        <span className="relative flex size-2">
          <span className="absolute size-2 animate-ping rounded-full bg-good/60" />
          <span className="size-2 rounded-full bg-good" />
        </span>
      ) : (
        <Pause aria-hidden className="size-3.5" />
      )}
      {live ? t('live') : t('paused')}
    </Button>
  );
}

function queryOf(
  search: z.output<typeof searchSchema>,
  seesAll: boolean,
): NonNullable<Input<'requests.list'>['query']> {
  return {
    limit: pageSize,
    after: search.after,
    model: search.model,
    failed: search.failed,
    userId: seesAll && search.of !== 'me' ? 'all' : undefined,
  };
}

type NothingProps = { readonly filtered: boolean; readonly older: boolean; readonly onClear: () => void };

function Nothing({ filtered, older, onClear }: NothingProps) {
  const t = useRequestWords();
  if (filtered)
    return <EmptyState title={t('noMatch')} action={<Button onPress={onClear}>{t('clearFilters')}</Button>} />;
  if (older) return <EmptyState title={t('nothingOlder')}>{t('beginning')}</EmptyState>;
  return (
    <EmptyState
      icon={ScrollText}
      title={t('empty')}
      action={
        <LinkButton to="/keys" look="primary" icon={Plus}>
          {t('createKey')}
        </LinkButton>
      }
    >
      {t('emptyWhat')}
    </EmptyState>
  );
}
