import type { ModelWatchView } from '@tollgate/contract/api/channel-inquiries';
import { CircleCheckBig, Radar, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { ErrorState } from '../../../components/ui/error-state.tsx';
import { Link, LinkButton } from '../../../components/ui/link.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { useOperation } from '../../../lib/operations.ts';
import { useRights } from '../../../lib/session.ts';
import { FoundModels } from '../found-models.tsx';
import { LookedAt } from '../looked-at.tsx';
import { useChannelWords } from '../words.ts';
import { ServeAll } from './serve-all.tsx';
import { useAllWatches, type Round } from './use-all-watches.ts';

/** What the upstreams of all watched channels list anew, and what they list no longer. */
export default function WatchesPage() {
  const t = useChannelWords();
  const writes = useRights().may('channels:write');
  const list = useOperation('channels.watches.list', {}, { refreshMs: 30_000 });
  const { round, look, serve, stop } = useAllWatches();
  const [serving, setServing] = useState(false);
  const watches = list.data?.data ?? [];
  const found = watches.filter((watch) => watch.new.length + watch.gone.length > 0);
  const running = round?.running === true;
  return (
    <>
      <PageHeader
        title={t('watches.title')}
        description={t('watches.what')}
        actions={
          writes &&
          watches.length > 0 && (
            <>
              {running && round.kind === 'look' ? (
                <Button onPress={stop}>{t('watches.stop')}</Button>
              ) : (
                <Button icon={RefreshCw} isDisabled={running} onPress={() => void look(watches)}>
                  {t('watches.look')}
                </Button>
              )}
              <Button look="primary" isDisabled={running || found.length === 0} onPress={() => setServing(true)}>
                {t('watches.serve')}
              </Button>
            </>
          )
        }
      />
      <ServeAll
        open={serving}
        watches={found}
        onClose={() => setServing(false)}
        onServe={(drop) => void serve(found, drop)}
      />
      <div className="grid gap-4">
        {round !== undefined && <RoundNotice round={round} />}
        {list.data === undefined ? (
          <Card padded={false}>
            {list.error === null ? (
              <SkeletonRows rows={6} />
            ) : (
              <ErrorState title={t('watches.unread')} error={list.error} onRetry={() => void list.refetch()} />
            )}
          </Card>
        ) : watches.length === 0 ? (
          <Card padded={false}>
            <EmptyState
              icon={Radar}
              title={t('watches.none')}
              action={<LinkButton to="/channels">{t('watches.choose')}</LinkButton>}
            >
              {t('watches.noneWhat')}
            </EmptyState>
          </Card>
        ) : (
          <>
            {found.length === 0 && (
              <Card padded={false}>
                <EmptyState icon={CircleCheckBig} title={t('watches.nothing')}>
                  {t('watches.nothingWhat', { count: watches.length })}
                </EmptyState>
              </Card>
            )}
            {found.map((watch) => (
              <Card
                key={watch.channelId}
                title={watch.channel}
                description={<LookedAt watch={watch} />}
                actions={<ToChannel watch={watch} />}
              >
                <FoundModels
                  key={`${watch.foundAt} ${watch.new.length} ${watch.gone.length}`}
                  watch={watch}
                  writes={writes}
                  locked={running}
                />
              </Card>
            ))}
            <Unchanged watches={watches.filter((watch) => !found.includes(watch))} />
          </>
        )}
      </div>
    </>
  );
}

function ToChannel({ watch: { channelId } }: { readonly watch: ModelWatchView }) {
  const t = useChannelWords();
  return (
    <LinkButton size="small" to="/channels/$id" params={{ id: channelId }} search={{ tab: 'models' }}>
      {t('watches.open')}
    </LinkButton>
  );
}

/** How far it is, then what did not come about. */
function RoundNotice({ round: { kind, done, all, failed, running } }: { readonly round: Round }) {
  const t = useChannelWords();
  if (running)
    return <Notice tone="info" title={t(kind === 'look' ? 'watches.looking' : 'watches.serving', { done, all })} />;
  if (failed.length === 0) return null;
  return (
    <Notice tone="danger" title={t(kind === 'look' ? 'models.notFetched' : 'models.notSaved')}>
      <ul>
        {failed.map(({ channelId, channel, error }) => (
          <li key={channelId}>
            {channel}: {error.message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** The watched channels where nothing is new: when they were looked at, and why that failed. */
function Unchanged({ watches }: { readonly watches: readonly ModelWatchView[] }) {
  const t = useChannelWords();
  if (watches.length === 0) return null;
  return (
    <Card title={t('watches.unchanged')} padded={false}>
      <ul>
        {watches.map((watch) => (
          <li
            key={watch.channelId}
            className="flex flex-wrap justify-between gap-x-4 gap-y-0.5 border-b border-line px-4 py-2 last:border-b-0"
          >
            <Link to="/channels/$id" params={{ id: watch.channelId }} search={{ tab: 'models' }}>
              {watch.channel}
            </Link>
            <span className={`min-w-0 text-small wrap-anywhere ${watch.problem === null ? 'text-muted' : 'text-warn'}`}>
              {watch.problem === null ? <LookedAt watch={watch} /> : t('watch.problem', { why: watch.problem })}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
