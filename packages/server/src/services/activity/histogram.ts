import type { histogramSchema } from '@tollgate/contract/api/requests';
import type { z } from 'zod';
import { requestIdFloor } from '../../domain/record.ts';
import { isPattern } from '../../domain/text-pattern.ts';
import type { Database } from '../../store/database.ts';
import { nextTurn } from '../../store/pages.ts';
import { requestLogRepository } from '../../store/request-log.ts';
import { sumUsage } from '../../store/usage-sums.ts';
import { logFilters, type AskedFilters } from './log-filters.ts';

export type Histogram = z.output<typeof histogramSchema>;

const hourMs = 3_600_000;
/** Widths that people can read. */
const widths = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800].map(
  (seconds) => seconds * 1000,
);

/** Requests and errors of a range in about so many buckets: by the hourly sums where they can tell, else by the log. */
export async function histogram(
  database: Database,
  {
    filters,
    from,
    to,
    buckets,
    now,
  }: {
    readonly filters: AskedFilters;
    readonly from: number;
    readonly to: number;
    readonly buckets: number;
    readonly now: number;
  },
): Promise<Histogram> {
  const bucketMs = widths.find((width) => width * buckets >= to - from) ?? widths.at(-1) ?? hourMs;
  const first = from - (from % bucketMs);
  const moments: number[] = [];
  for (let at = first; at < to; at += bucketMs) moments.push(at);
  const { status, errorCode, stream, minCostUsd, failed, userId, keyId, model, channelId, group, endpoint } = filters;
  const summed =
    [status, errorCode, stream, minCostUsd, filters.keyIds].every((one) => one === undefined) &&
    !isPattern(model ?? '') &&
    bucketMs % hourMs === 0;
  if (!summed)
    return { from, to, bucketMs, buckets: await countEach(database, { filters, from, to, bucketMs, now }, moments) };
  const channelIds = channelId === undefined ? filters.channelIds : [channelId];
  // Whole hours are summed up already; what is left of the range before and after them is counted.
  const hoursFrom = Math.min(Math.ceil(from / hourMs) * hourMs, to);
  // Of a range within one hour all is counted, once.
  const hoursTo = Math.max(to - (to % hourMs), hoursFrom);
  const range = { userId, keyId, model, group, endpoint, channelIds, from: hoursFrom, to: hoursTo };
  const sums = new Map<number, Counted>();
  const add = (at: number, { requests, errors }: Counted): void => {
    const bucket = at - (at % bucketMs);
    const known = sums.get(bucket) ?? { requests: 0, errors: 0 };
    sums.set(bucket, { requests: known.requests + requests, errors: known.errors + errors });
  };
  for (const { by, sums: of } of await sumUsage(database, range, ['hour'])) {
    const good = of.requests - of.errors;
    add(Number(by[0]), {
      requests: failed === undefined ? of.requests : failed ? of.errors : good,
      errors: failed === false ? 0 : of.errors,
    });
  }
  const logged = logFilters(filters, now);
  for (const [begin, end] of [
    [from, hoursFrom],
    [hoursTo, to],
  ] as const)
    if (begin < end)
      add(
        begin,
        await requestLogRepository.count(database.db, {
          ...logged,
          fromId: requestIdFloor(begin),
          toId: requestIdFloor(end),
        }),
      );
  return {
    from,
    to,
    bucketMs,
    buckets: moments.map((at) => ({ at, ...(sums.get(at) ?? { requests: 0, errors: 0 }) })),
  };
}

type Counted = { readonly requests: number; readonly errors: number };

type Ask = {
  readonly filters: AskedFilters;
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly now: number;
};

/** One bucket after the other: SQLite, which runs in the process itself, must not hold it up for all of them at once. */
async function countEach(database: Database, ask: Ask, moments: readonly number[]): Promise<Histogram['buckets']> {
  const filters = logFilters(ask.filters, ask.now);
  const counted: Histogram['buckets'] = [];
  for (const at of moments) {
    const fromId = requestIdFloor(Math.max(at, ask.from));
    const toId = requestIdFloor(Math.min(at + ask.bucketMs, ask.to));
    counted.push({ at, ...(await requestLogRepository.count(database.db, { ...filters, fromId, toId })) });
    await nextTurn();
  }
  return counted;
}
