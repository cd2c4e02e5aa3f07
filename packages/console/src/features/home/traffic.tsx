import type { GatewayOverview } from '@tollgate/contract/api/overview';
import { useNavigate } from '@tanstack/react-router';
import { Histogram } from '../../components/charts/histogram.tsx';
import { Card } from '../../components/ui/card.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { count, duration, hourOfDay, momentRange } from '../../lib/format.ts';
import { rangeBetween } from '../../lib/range.ts';
import { useHomeWords } from './words.ts';

type TrafficProps = Pick<GatewayOverview, 'series' | 'overhead'>;

const hourMs = 3_600_000;

/**
 * Requests of each hour, with those that failed at the foot of its bar; and what the gateway itself took. Drawing over a
 * stretch shows its requests.
 */
export function Traffic({ series, overhead }: TrafficProps) {
  const t = useHomeWords();
  const navigate = useNavigate();
  const total = series.reduce((sum, { sums }) => sum + sums.requests, 0);
  const failed = series.reduce((sum, { sums }) => sum + sums.errors, 0);
  const summary = t('traffic.summary', { requests: count(total), errors: count(failed) });
  return (
    <Card
      title={t('traffic.title')}
      description={
        overhead.p95Ms === null
          ? summary
          : `${summary} ${t('traffic.overhead', { p50: duration(overhead.p50Ms ?? 0), p95: duration(overhead.p95Ms) })}`
      }
      actions={
        <LinkButton size="small" look="quiet" to="/requests" search={{ range: '24h' }}>
          {t('traffic.open')}
        </LinkButton>
      }
    >
      <Histogram
        tall
        bars={series.map(({ hour, sums }) => ({ at: hour, value: sums.requests, bad: sums.errors }))}
        widthMs={hourMs}
        label={`${t('traffic.title')}. ${summary}`}
        words={({ at, value, bad }) =>
          `${momentRange(at, at + hourMs)}: ${t('traffic.summary', { requests: count(value), errors: count(bad) })}`
        }
        ends={[hourOfDay(series[0]?.hour ?? 0), t('traffic.now')]}
        onBrush={(from, to) => void navigate({ to: '/requests', search: { range: rangeBetween(from, to) } })}
      />
      <p className="mt-1 text-xs text-muted max-sm:hidden">{t('traffic.brush')}</p>
    </Card>
  );
}
