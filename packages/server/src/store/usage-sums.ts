import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { latencyBuckets, noLatencies, type LatencyBucket } from '../domain/latency-buckets.ts';
import type { Database, Db } from './database.ts';
import { hourly } from './ledger/batch-sums.ts';

/** Columns of the hourly sums that usage is told apart by; `day` is made of the hours. */
export type UsageColumn = 'hour' | 'day' | 'user_id' | 'key_id' | 'model' | 'channel_id' | 'group_name' | 'endpoint';

/** What narrows usage down. `channelIds` empty matches nothing. */
export type UsageFilters = {
  readonly userId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
  readonly group?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly channelIds?: readonly string[] | undefined;
};

/** Hours from `from` up to and without `to`, both ms and whole hours. */
export type UsageRange = UsageFilters & { readonly from: number; readonly to: number };

/** Sums of requests: counts, ms, nano-dollars. */
export type Sums = {
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly amount: bigint;
  readonly cacheSaved: bigint;
  readonly cacheExtra: bigint;
  /** What providers charge, and what of `amount` that is known for. */
  readonly cost: bigint;
  readonly costed: bigint;
  readonly writtenTokens: number;
  readonly writingMs: number;
  readonly ttft: Readonly<Record<LatencyBucket, number>>;
};

/** Sums with what they are of: values of the columns that were asked for, in their order. */
export type SumsOf = { readonly by: readonly string[]; readonly sums: Sums };

const dayMs = 86_400_000;

/** The query of {@link sumUsage}, for the test that asks the databases how they would run it. */
export function usageQuery(db: Db, range: UsageRange, by: readonly UsageColumn[], zoneMs: number) {
  const expressionOf = (column: UsageColumn): RawBuilder<unknown> =>
    column === 'day'
      ? // Literals: PostgreSQL takes two parameters of the same value for two expressions, and groups by neither.
        sql`hour - (hour + ${sql.lit(zoneMs)}) % ${sql.lit(dayMs)}`
      : sql.ref(column);
  let query = db
    .selectFrom('usage_rollups')
    .select(by.map((column, index) => expressionOf(column).as(`by_${index}` as 'by')))
    .select(summed.map((name) => sql<number | bigint>`sum(${sql.ref(name)})`.as(name)))
    .where('hour', '>=', range.from)
    .where('hour', '<', range.to);
  if (range.userId !== undefined) query = query.where('user_id', '=', range.userId);
  if (range.keyId !== undefined) query = query.where('key_id', '=', range.keyId);
  if (range.model !== undefined) query = query.where('model', '=', range.model);
  if (range.group !== undefined) query = query.where('group_name', '=', range.group);
  if (range.endpoint !== undefined) query = query.where('endpoint', '=', range.endpoint);
  if (range.channelIds !== undefined) query = query.where('channel_id', 'in', range.channelIds);
  return by.length === 0 ? query : query.groupBy(by.map(expressionOf));
}

const summed = hourly.sums;

/** What the hours of a range came to, by some of its sides; in no order. */
export async function sumUsage(
  { db }: Database,
  range: UsageRange,
  by: readonly UsageColumn[],
  zoneMs = 0,
): Promise<readonly SumsOf[]> {
  if (range.channelIds?.length === 0) return [];
  const rows: readonly object[] = await usageQuery(db, range, by, zoneMs).execute();
  return rows.flatMap((row) => {
    const fields = new Map<string, unknown>(Object.entries(row));
    // Without a group there is one row even of nothing, whose sums are null.
    if (fields.get('requests') === null) return [];
    return [{ by: by.map((_, index) => String(fields.get(`by_${index}`))), sums: readSums(fields) }];
  });
}

function readSums(fields: ReadonlyMap<string, unknown>): Sums {
  const count = (name: string): number => Number(fields.get(name) ?? 0);
  const money = (name: string): bigint => {
    const value = fields.get(name);
    return typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : 0n;
  };
  const ttft: Record<LatencyBucket, number> = { ...noLatencies };
  for (const bucket of latencyBuckets) ttft[bucket] = count(bucket.replace('ttft', 'ttft_').toLowerCase());
  return {
    requests: count('requests'),
    errors: count('errors'),
    inputTokens: count('input_tokens'),
    outputTokens: count('output_tokens'),
    cacheRead: count('cache_read_tokens'),
    cacheWrite: count('cache_write_tokens'),
    amount: money('amount_nanos'),
    cacheSaved: money('cache_saved_nanos'),
    cacheExtra: money('cache_extra_nanos'),
    cost: money('cost_nanos'),
    costed: money('costed_nanos'),
    writtenTokens: count('written_tokens'),
    writingMs: count('writing_ms'),
    ttft,
  };
}

export const noSums: Sums = {
  requests: 0,
  errors: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheRead: 0,
  cacheWrite: 0,
  amount: 0n,
  cacheSaved: 0n,
  cacheExtra: 0n,
  cost: 0n,
  costed: 0n,
  writtenTokens: 0,
  writingMs: 0,
  ttft: noLatencies,
};

/** Two sums as one. */
export function addSums(a: Sums, b: Sums): Sums {
  const ttft = { ...a.ttft };
  for (const bucket of latencyBuckets) ttft[bucket] += b.ttft[bucket];
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    amount: a.amount + b.amount,
    cacheSaved: a.cacheSaved + b.cacheSaved,
    cacheExtra: a.cacheExtra + b.cacheExtra,
    cost: a.cost + b.cost,
    costed: a.costed + b.costed,
    writtenTokens: a.writtenTokens + b.writtenTokens,
    writingMs: a.writingMs + b.writingMs,
    ttft,
  };
}

/** What some keys have spent since an hour (ms), in nano-dollars. */
export async function amountsOfKeys(
  db: Db,
  keyIds: readonly string[],
  from: number,
): Promise<ReadonlyMap<string, bigint>> {
  if (keyIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('usage_rollups')
    .select((is) => ['key_id', is.fn.sum<bigint>('amount_nanos').as('sum_nanos')])
    .where('hour', '>=', from)
    .where('key_id', 'in', keyIds)
    .groupBy('key_id')
    .execute();
  return new Map(rows.map((row) => [row.key_id, row.sum_nanos]));
}
