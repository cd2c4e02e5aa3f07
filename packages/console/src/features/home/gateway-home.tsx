import type { GatewayOverview, GatewayStatus } from '@tollgate/contract/api/overview';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { TopList } from '../../components/charts/top-list.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { Link, LinkButton, type LinkProps } from '../../components/ui/link.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { percent } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { Attention } from './attention.tsx';
import { Figures } from './figures.tsx';
import { Traffic } from './traffic.tsx';
import { errorRate } from '../../lib/usage-sums.ts';
import { useGatewayStatus, wayToTrouble } from '../../lib/gateway-status.ts';
import { gatewayInput } from './reads.ts';
import { useHomeWords } from './words.ts';

/** The gateway's day: one sentence, four numbers, the traffic, who costs most, and what needs somebody. */
export function GatewayHome() {
  const t = useHomeWords();
  const overview = useOperation('overview.gateway', gatewayInput, { refreshMs: 15_000 });
  const all = overview.data;
  const status = useGatewayStatus();
  if (all === undefined)
    return (
      <Card padded={false}>
        {overview.error === null ? (
          <SkeletonRows rows={10} />
        ) : (
          <ErrorState title={t('unread')} error={overview.error} onRetry={() => void overview.refetch()} />
        )}
      </Card>
    );
  return (
    <>
      <Sentence status={status ?? all.status} />
      <Figures now={all.last24h} before={all.previous24h} series={all.series} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        {/* Whoever is called at night by a phone sees at once what needs them. */}
        {all.attention.length > 0 && (
          <div className="min-w-0 xl:order-last">
            <Attention items={all.attention} />
          </div>
        )}
        <div className="grid min-w-0 gap-4">
          <Traffic series={all.series} overhead={all.overhead} />
          <div className="grid gap-4 md:grid-cols-2">
            <Top
              title={t('top.models')}
              rows={all.top.models}
              wayTo={(name) => ({ to: '/models/$name', params: { name } })}
            />
            <Top
              title={t('top.channels')}
              rows={all.top.channels}
              wayTo={(id) => ({ to: '/channels/$id', params: { id } })}
            />
            <Top title={t('top.users')} rows={all.top.users} wayTo={(id) => ({ to: '/users/$id', params: { id } })} />
            <Top title={t('top.keys')} rows={all.top.keys} wayTo={(id) => ({ to: '/keys/$id', params: { id } })} />
          </div>
        </div>
        {all.attention.length === 0 && <Attention items={all.attention} />}
      </div>
    </>
  );
}

/** Is all well? The top bar says the same in a word. */
function Sentence({ status: { state, channels, last15m } }: { readonly status: GatewayStatus }) {
  const t = useHomeWords();
  const rate = t('status.rate', { share: percent(errorRate(last15m)) });
  const used = channels.total - channels.disabled;
  const parts = [
    channels.cooling > 0 ? t('status.cooling', { count: channels.cooling }) : undefined,
    channels.degraded > 0 ? t('status.degraded', { count: channels.degraded }) : undefined,
  ].filter((part) => part !== undefined);
  const words =
    state === 'unused'
      ? t('status.none')
      : parts.length > 0
        ? t('status.some', { trouble: parts.join(', '), rate })
        : used === 0
          ? t('status.allOff')
          : state === 'healthy'
            ? t('status.well', { count: used, rate })
            : t('status.failing', { rate });
  const well = state === 'healthy';
  const Icon = well ? CircleCheck : TriangleAlert;
  return (
    <p role="status" className="mb-4 flex flex-wrap items-center gap-2 text-base">
      <Icon aria-hidden className={`size-4 shrink-0 ${well ? 'text-good' : 'text-warn'}`} />
      <span className="min-w-0 flex-1">
        {state === 'degraded' ? <Link {...wayToTrouble({ channels })}>{words}</Link> : words}
      </span>
      {state === 'unused' && (
        <LinkButton to="/start" look="primary" size="small">
          {t('status.start')}
        </LinkButton>
      )}
    </p>
  );
}

type TopProps = {
  readonly title: string;
  readonly rows: GatewayOverview['top']['models'];
  readonly wayTo: (key: string) => Pick<LinkProps, 'to' | 'params'>;
};

function Top({ title, rows, wayTo }: TopProps) {
  const t = useHomeWords();
  return (
    <Card title={title} padded={false}>
      {rows.length === 0 ? <EmptyState title={t('top.none')} /> : <TopList rows={rows} wayTo={wayTo} />}
    </Card>
  );
}
