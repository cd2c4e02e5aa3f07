import { useEffect, useState } from 'react';
import { Histogram } from '../../components/charts/histogram.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { count, momentRange, shortMoment } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { rangeBetween } from '../../lib/range.ts';
import { queryOf, type LogSearch } from './filters.ts';
import { useRequestWords } from './words.ts';

type LogChartProps = {
  readonly search: LogSearch;
  readonly seesAll: boolean;
  readonly onRange: (range: string) => void;
};

const minuteMs = 60_000;

/** When the requests came, and how many of them failed. Drawing over it narrows the log down to that stretch. */
export function LogChart({ search, seesAll, onRange }: LogChartProps) {
  const t = useRequestWords();
  const now = useMinute();
  const { data, error } = useOperation(
    'requests.histogram',
    { query: { ...queryOf(search, seesAll, now), buckets: 80 } },
    { keep: true, refreshMs: 15_000 },
  );
  if (data === undefined)
    return error === null ? (
      <div aria-hidden className="h-[4.25rem]" />
    ) : (
      <ErrorNotice title={t('chart.unread')} error={error} />
    );
  const total = data.buckets.reduce((sum, { requests }) => sum + requests, 0);
  const failed = data.buckets.reduce((sum, { errors }) => sum + errors, 0);
  const said = { requests: count(total), errors: count(failed) };
  return (
    <Histogram
      bars={data.buckets.map(({ at, requests, errors }) => ({ at, value: requests, bad: errors }))}
      widthMs={data.bucketMs}
      label={t('chart.label', { ...said, when: momentRange(data.from, data.to) })}
      words={(bar) =>
        t('chart.bar', {
          when: momentRange(bar.at, bar.at + data.bucketMs),
          requests: count(bar.value),
          errors: count(bar.bad),
        })
      }
      ends={[shortMoment(data.from, data.to), shortMoment(data.to, data.to)]}
      onBrush={(from, to) => onRange(rangeBetween(from, to))}
    />
  );
}

/** The minute that it is, so that a stretch up to now goes on. */
function useMinute(): number {
  const minute = (): number => Math.floor(Date.now() / minuteMs) * minuteMs;
  const [now, setNow] = useState(minute);
  useEffect(() => {
    const timer = setInterval(() => setNow(minute()), minuteMs / 4);
    return () => clearInterval(timer);
  }, []);
  return now;
}
