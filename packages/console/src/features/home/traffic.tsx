import type { GatewayOverview } from '@tollgate/contract/api/overview';
import { Card } from '../../components/ui/card.tsx';
import { count, duration, fullMoment, hourOfDay } from '../../lib/format.ts';
import { useHomeWords } from './words.ts';

type TrafficProps = Pick<GatewayOverview, 'series' | 'overhead'>;

/** Requests of each hour, with those that failed at the foot of its bar; and what the gateway itself took. */
export function Traffic({ series, overhead }: TrafficProps) {
  const t = useHomeWords();
  const most = Math.max(1, ...series.map(({ sums }) => sums.requests));
  const step = 100 / Math.max(1, series.length);
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
    >
      <svg
        role="img"
        aria-label={`${t('traffic.title')}. ${summary}`}
        viewBox="0 0 100 40"
        preserveAspectRatio="none"
        className="h-40 w-full rtl:-scale-x-100"
      >
        {series.map(({ hour, sums }, index) => {
          const height = (sums.requests / most) * 38;
          const bad = (sums.errors / most) * 38;
          return (
            <g key={hour}>
              <title>{`${fullMoment(hour)}: ${t('traffic.summary', { requests: count(sums.requests), errors: count(sums.errors) })}`}</title>
              <rect x={index * step} width={step} height="40" className="fill-transparent" />
              <rect
                x={index * step + step * 0.12}
                y={40 - height}
                width={step * 0.76}
                height={height}
                className="fill-accent"
              />
              <rect
                x={index * step + step * 0.12}
                y={40 - bad}
                width={step * 0.76}
                height={bad}
                className="fill-danger"
              />
            </g>
          );
        })}
      </svg>
      <div aria-hidden className="mt-1 flex justify-between text-xs text-muted">
        {series
          .filter((_, index) => index % 6 === 0)
          .map(({ hour }) => (
            <span key={hour}>{hourOfDay(hour)}</span>
          ))}
        <span>{t('traffic.now')}</span>
      </div>
    </Card>
  );
}
