import { Status } from '../../components/ui/badge.tsx';
import { PlainLink } from '../../components/ui/link.tsx';
import { fullMoment, percent } from '../../lib/format.ts';
import { useGatewayStatus, wayToTrouble } from '../../lib/gateway-status.ts';
import { type Site, useHealth } from '../../lib/site.ts';
import { errorRate } from '../../lib/usage-sums.ts';
import { useShellWords } from './words.ts';

const tones = { up: 'good', unready: 'warn', down: 'danger' } as const;
const stateTones = { unused: 'plain', healthy: 'good', degraded: 'warn' } as const;

/**
 * How the gateway does, in a word: whether it answers, and for who may know how its channels do, the state that Home's
 * sentence tells, with the way to what needs somebody.
 */
export function HealthWord({ site }: { readonly site: Site }) {
  const t = useShellWords();
  const health = useHealth() ?? 'up';
  const status = useGatewayStatus();
  const running = t('running', { version: site.version, since: fullMoment(site.startedAt) });
  if (status === undefined || health !== 'up')
    return (
      <span role="status" className="text-small" title={running}>
        <Status tone={tones[health]}>
          <span className="max-sm:sr-only">{t(`health.${health}`)}</span>
        </Status>
      </span>
    );
  const { state, channels, last15m } = status;
  const why = t('health.why', {
    troubled: channels.cooling + channels.degraded,
    used: channels.total - channels.disabled,
    share: percent(errorRate(last15m)),
  });
  return (
    <span role="status" className="text-small" title={`${why} ${running}`}>
      <PlainLink
        {...(state === 'degraded' ? wayToTrouble(status) : { to: state === 'unused' ? '/start' : '/home' })}
        className="-m-1.5 block rounded-sm p-1.5 hover:underline"
      >
        <Status tone={stateTones[state]}>
          <span className="max-sm:sr-only">{t(`health.${state}`)}</span>
        </Status>
      </PlainLink>
    </span>
  );
}
