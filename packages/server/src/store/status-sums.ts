import type { Database, Db } from './database.ts';
import { requestIdFloor } from '../domain/record.ts';
import { nextTurn } from './pages.ts';
import { addSums, noSums, type Sums, type SumsOf, type UsageRange } from './usage-sums.ts';

/** Statuses are in no hourly sum, so the log is read: an index of what narrows it, or the ids of a stretch of time. */
export function statusQuery(db: Db, range: UsageRange) {
  let query = db
    .selectFrom('request_logs')
    .select(({ fn }) => [
      'status',
      fn.countAll<number>().as('requests'),
      fn.sum<number>('failed').as('errors'),
      fn.sum<number>('input_tokens').as('input_tokens'),
      fn.sum<number>('output_tokens').as('output_tokens'),
      fn.sum<bigint>('amount_nanos').as('amount_nanos'),
    ])
    .where('id', '>=', requestIdFloor(range.from))
    .where('id', '<', requestIdFloor(range.to));
  if (range.userId !== undefined) query = query.where('user_id', '=', range.userId);
  if (range.keyId !== undefined) query = query.where('key_id', '=', range.keyId);
  if (range.model !== undefined) query = query.where('model', '=', range.model);
  if (range.channelIds !== undefined) query = query.where('channel_id', 'in', range.channelIds);
  return query.groupBy('status');
}

const sliceMs = 6 * 3_600_000;

/** What the requests of a range came to by status; without caches and times, which the log does not hold apart. */
export async function sumByStatus({ db }: Database, range: UsageRange): Promise<readonly SumsOf[]> {
  if (range.channelIds?.length === 0) return [];
  const found = new Map<string, Sums>();
  // In slices, so that SQLite, which runs in the process itself, never holds it up for long.
  for (let from = range.from; from < range.to; from += sliceMs) {
    const rows = await statusQuery(db, { ...range, from, to: Math.min(range.to, from + sliceMs) }).execute();
    for (const row of rows) {
      const sums: Sums = {
        ...noSums,
        requests: Number(row.requests),
        errors: Number(row.errors),
        inputTokens: Number(row.input_tokens),
        outputTokens: Number(row.output_tokens),
        amount: BigInt(row.amount_nanos),
      };
      const status = String(row.status);
      found.set(status, addSums(found.get(status) ?? noSums, sums));
    }
    await nextTurn();
  }
  return [...found].map(([status, sums]) => ({ by: [status], sums }));
}
