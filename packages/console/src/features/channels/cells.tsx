import type { ChannelView } from '@tollgate/contract/api/configuration';
import type { ChannelHealth } from '@tollgate/contract/api/overview';
import { Snowflake } from 'lucide-react';
import { useChannelReason } from '../../components/channel-reason/use-channel-reason.ts';
import { UptimeStrip, type Uptime } from '../../components/charts/marks.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { count, duration, fullMoment, percent, relativeMoment } from '../../lib/format.ts';
import { useDisabledBy } from './disabled-by.ts';
import { useChannelWords } from './words.ts';

type StateProps = { readonly channel: ChannelView; readonly health: ChannelHealth | undefined };

/** Whether a channel takes requests, and if not why: in a word, with the reason on hover. */
export function ChannelState({ channel, health }: StateProps) {
  const t = useChannelWords();
  const reason = useReason(health);
  const offBy = useDisabledBy();
  const by = health?.by ?? channel.disabled?.by;
  if (!channel.enabled)
    return (
      <span title={reason}>
        <Status tone="off">{by === undefined ? t('state.off') : sentence(offBy(by, health?.byName ?? null))}</Status>
      </span>
    );
  if (health?.state === 'cooling')
    return (
      <span title={reason}>
        <Status tone="warn" icon={Snowflake}>
          {health.resumesInMs === null
            ? t('state.cooling')
            : t('state.coolingFor', { seconds: Math.ceil(health.resumesInMs / 1000) })}
        </Status>
      </span>
    );
  if (health?.state === 'degraded')
    return (
      <span title={reason}>
        <Status tone="warn">{t('state.degraded')}</Status>
      </span>
    );
  return <Status tone="good">{t('state.enabled')}</Status>;
}

/** A word that stands alone begins like a sentence. */
const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Why a channel is not simply enabled, by whom and since when. */
export function useReason(health: ChannelHealth | undefined): string | undefined {
  const say = useChannelReason();
  const offBy = useDisabledBy();
  if (health === undefined || (health.reason === null && health.by === null)) return undefined;
  const { reason, by, byName, since } = health;
  const parts = [
    reason === null ? undefined : say(reason),
    by === null ? undefined : offBy(by, byName),
    since === null ? undefined : relativeMoment(since, Date.now()),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** The last thirty hours, one bar each: how many of the requests that it served last came to nothing. */
export function HealthStrip({ health }: { readonly health: ChannelHealth | undefined }) {
  const t = useChannelWords();
  if (health === undefined) return undefined;
  const requests = health.strip.reduce((sum, one) => sum + one.requests, 0);
  const errors = health.strip.reduce((sum, one) => sum + one.errors, 0);
  const share = (good: number, all: number): string => percent(all === 0 ? 1 : good / all);
  return (
    <UptimeStrip
      label={requests === 0 ? t('noTraffic') : t('success', { share: share(requests - errors, requests) })}
      bars={health.strip.map((one) => ({
        state: uptimeOf(one),
        title: `${fullMoment(one.hour)}: ${one.requests === 0 ? t('noTraffic') : t('successOf', { share: share(one.requests - one.errors, one.requests), count: one.requests })}`,
      }))}
    />
  );
}

function uptimeOf({ requests, errors }: { readonly requests: number; readonly errors: number }): Uptime {
  if (requests === 0) return 'idle';
  const share = errors / requests;
  return share < 0.02 ? 'good' : share < 0.2 ? 'warn' : 'danger';
}

const nothing = <span className="text-muted">–</span>;

/** Time to the first token, of half of the requests and of 95 of 100. */
export function Ttft({ health }: { readonly health: ChannelHealth | undefined }) {
  const { ttftP50Ms = null, ttftP95Ms = null } = health?.last24h ?? {};
  if (ttftP50Ms === null) return nothing;
  return (
    <>
      {duration(ttftP50Ms)}
      {ttftP95Ms !== null && <span className="text-xs text-muted"> {duration(ttftP95Ms)}</span>}
    </>
  );
}

export function Speed({ health }: { readonly health: ChannelHealth | undefined }) {
  const speed = health?.last24h.tokensPerSecond ?? null;
  return speed === null ? nothing : <>{Math.round(speed)}</>;
}

/** How many accounts are well, of how many. */
export function Accounts({ health }: { readonly health: ChannelHealth | undefined }) {
  const t = useChannelWords();
  if (health === undefined) return undefined;
  const { ok, total } = health.keys;
  return <span className={ok < total ? 'text-warn' : ''}>{t('okOf', { ok: count(ok), total: count(total) })}</span>;
}
