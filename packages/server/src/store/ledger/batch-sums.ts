import type { Debit } from '../../domain/debits.ts';
import { unknownModel } from '../../domain/record.ts';
import { revenueAccount, type MeterKind } from '../../domain/meters.ts';
import { latencyBucketOf, latencyBuckets, noLatencies, type LatencyBucket } from '../../domain/latency-buckets.ts';
import type { PostingRow } from './posting-row.ts';
import type { Reserved } from './reservations.ts';

/** What a batch does to one meter. */
export type MeterSum = {
  readonly kind: MeterKind;
  /** What its requests cost. */
  spent: bigint;
  /** As much of it as was not held against leases, but reserved. */
  unleased: bigint;
  /** What reservations set aside of it and give back. */
  returned: bigint;
};

const nothingReserved: Reserved = { set: new Map(), settled: new Set() };

/** What rows take from each meter, in the order of the meters' ids: the order in which their rows are locked. */
export function sumByMeter(
  rows: readonly PostingRow[],
  reserved: Reserved = nothingReserved,
): ReadonlyMap<string, MeterSum> {
  const sums = new Map<string, MeterSum>();
  const sumOf = ({ meter, kind }: Debit): MeterSum => {
    let sum = sums.get(meter);
    if (sum === undefined) {
      sum = { kind, spent: 0n, unleased: 0n, returned: 0n };
      sums.set(meter, sum);
    }
    return sum;
  };
  for (const { id, debits } of rows) {
    const aside = reserved.set.size === 0 ? undefined : reserved.set.get(id);
    for (const debit of debits) {
      if (debit.amount === 0n) continue;
      const sum = sumOf(debit);
      sum.spent += debit.amount;
      if (aside !== undefined) sum.unleased += debit.amount;
    }
    if (aside === undefined) continue;
    for (const debit of aside) if (debit.amount > 0n) sumOf(debit).returned += debit.amount;
  }
  return sums.size < 2 ? sums : new Map([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The entries of a usage transaction: the accounts pay, the revenue account receives. Limits only count. */
export function usageEntries(sums: ReadonlyMap<string, MeterSum>): readonly (readonly [string, bigint])[] {
  const entries: (readonly [string, bigint])[] = [];
  let received = 0n;
  for (const [meter, { kind, spent }] of sums) {
    if (kind !== 'account' || spent === 0n) continue;
    entries.push([meter, -spent]);
    received += spent;
  }
  if (entries.length > 0) entries.push([revenueAccount, received]);
  return entries;
}

/** What a batch takes from a lease, and what is left of it. */
export function consume(leased: bigint, spent: bigint): { readonly taken: bigint; readonly left: bigint } {
  const taken = spent < leased ? spent : leased;
  return { taken, left: leased - taken };
}

/** What the hourly sums are told apart by; all of it is their key. */
type HourlyKey = {
  readonly hour: number;
  readonly userId: string;
  readonly keyId: string;
  readonly model: string;
  readonly channelId: string;
  readonly group: string;
  readonly endpoint: string;
};

/** Sums of one hour for one {@link HourlyKey}. */
export type HourlySums = HourlyKey & {
  requests: number;
  errors: number;
  inputTokens: number;
  outputTokens: number;
  cacheRead: number;
  cacheWrite: number;
  amount: bigint;
  cacheSaved: bigint;
  cacheExtra: bigint;
  /** What providers charge, and what of the amount that is known for. */
  cost: bigint;
  costed: bigint;
  ttftMs: number;
  totalMs: number;
  /** Output tokens of streams, and how long they took after the first. */
  writtenTokens: number;
  writingMs: number;
} & Record<LatencyBucket, number>;

/** The hourly sums: their fields and columns; the first seven are the key, the others are added up. */
const hourlyColumns = [
  ['hour', 'hour'],
  ['userId', 'user_id'],
  ['keyId', 'key_id'],
  ['model', 'model'],
  ['channelId', 'channel_id'],
  ['group', 'group_name'],
  ['endpoint', 'endpoint'],
  ['requests', 'requests'],
  ['errors', 'errors'],
  ['inputTokens', 'input_tokens'],
  ['outputTokens', 'output_tokens'],
  ['cacheRead', 'cache_read_tokens'],
  ['cacheWrite', 'cache_write_tokens'],
  ['amount', 'amount_nanos'],
  ['cacheSaved', 'cache_saved_nanos'],
  ['cacheExtra', 'cache_extra_nanos'],
  ['cost', 'cost_nanos'],
  ['costed', 'costed_nanos'],
  ['ttftMs', 'ttft_ms'],
  ['totalMs', 'total_ms'],
  ['writtenTokens', 'written_tokens'],
  ['writingMs', 'writing_ms'],
  ...latencyBuckets.map((bucket) => [bucket, bucket.replace('ttft', 'ttft_').toLowerCase()] as const),
] as const satisfies readonly (readonly [keyof HourlySums, string])[];

export const hourlyFields: readonly (keyof HourlySums)[] = hourlyColumns.map(([field]) => field);
const hourlyNames: readonly string[] = hourlyColumns.map(([, name]) => name);
export const hourly = { names: hourlyNames, key: hourlyNames.slice(0, 7), sums: hourlyNames.slice(7) };

const hourMs = 3_600_000;

/** Sums the rows by hour and by what they have in common, in the order of the key. */
export function sumByHour(rows: readonly PostingRow[]): readonly HourlySums[] {
  const sums = new Map<string, HourlySums>();
  let sum: HourlySums | undefined;
  for (const row of rows) {
    // Rows of one key tend to come together, and making the key costs more than all the rest.
    if (sum === undefined || !belongs(row, sum)) {
      const { userId, keyId, channelId, group, endpoint } = row;
      const model = modelOf(row);
      const hour = row.at - (row.at % hourMs);
      const key = `${hour}\t${userId}\t${keyId}\t${model}\t${channelId}\t${group}\t${endpoint}`;
      sum = sums.get(key) ?? { hour, userId, keyId, model, channelId, group, endpoint, ...zeros };
      sums.set(key, sum);
    }
    add(sum, row);
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

const zeros: Omit<HourlySums, keyof HourlyKey> = {
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
  ttftMs: 0,
  totalMs: 0,
  writtenTokens: 0,
  writingMs: 0,
  ...noLatencies,
};

function add(sum: HourlySums, row: PostingRow): void {
  sum.requests++;
  sum.errors += row.failed;
  sum.inputTokens += row.inputTokens;
  sum.outputTokens += row.outputTokens;
  sum.cacheRead += row.cacheRead;
  sum.cacheWrite += row.cacheWrite;
  sum.amount += row.amount;
  sum.cacheSaved += row.cacheSaved;
  sum.cacheExtra += row.cacheExtra;
  if (row.costed === 1) {
    sum.cost += row.cost;
    sum.costed += row.amount;
  }
  sum.ttftMs += row.ttftMs;
  sum.totalMs += row.totalMs;
  if (row.ttftMs > 0) sum[latencyBucketOf(row.ttftMs)]++;
  if (row.stream === 0 || row.outputTokens === 0 || row.totalMs <= row.ttftMs) return;
  sum.writtenTokens += row.outputTokens;
  sum.writingMs += row.totalMs - row.ttftMs;
}

/** The name that it is summed under. Nothing is told of a model that nobody knows, as of none. */
const modelOf = ({ model, summedAs }: PostingRow): string =>
  summedAs === '' ? model : summedAs === unknownModel ? '' : summedAs;

const belongs = (row: PostingRow, sum: HourlySums): boolean =>
  row.keyId === sum.keyId &&
  modelOf(row) === sum.model &&
  row.channelId === sum.channelId &&
  row.group === sum.group &&
  row.endpoint === sum.endpoint &&
  row.userId === sum.userId &&
  row.at >= sum.hour &&
  row.at < sum.hour + hourMs;
