import type { Debit } from '../../domain/debits.ts';
import { revenueAccount, type MeterKind } from '../../domain/meters.ts';
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

/** Sums of one hour, user, model and channel. */
export type HourlySums = {
  readonly hour: number;
  readonly userId: string;
  readonly model: string;
  readonly channelId: string;
  requests: number;
  errors: number;
  inputTokens: number;
  outputTokens: number;
  amount: bigint;
  ttftMs: number;
  totalMs: number;
};

/** The hourly sums: their fields and columns; the first four are the key, the others are added up. */
const hourlyColumns = [
  ['hour', 'hour'],
  ['userId', 'user_id'],
  ['model', 'model'],
  ['channelId', 'channel_id'],
  ['requests', 'requests'],
  ['errors', 'errors'],
  ['inputTokens', 'input_tokens'],
  ['outputTokens', 'output_tokens'],
  ['amount', 'amount_nanos'],
  ['ttftMs', 'ttft_ms'],
  ['totalMs', 'total_ms'],
] as const satisfies readonly (readonly [keyof HourlySums, string])[];

export const hourlyFields: readonly (keyof HourlySums)[] = hourlyColumns.map(([field]) => field);
const hourlyNames: readonly string[] = hourlyColumns.map(([, name]) => name);
export const hourly = { names: hourlyNames, key: hourlyNames.slice(0, 4), sums: hourlyNames.slice(4) };

const hourMs = 3_600_000;

/** Sums the rows by hour, user, model and channel, in the order of the key. */
export function sumByHour(rows: readonly PostingRow[]): readonly HourlySums[] {
  const sums = new Map<string, HourlySums>();
  let sum: HourlySums | undefined;
  for (const row of rows) {
    // Rows of one user tend to come together, and making the key costs more than all the rest.
    if (sum === undefined || !belongs(row, sum)) {
      const hour = row.at - (row.at % hourMs);
      const key = `${hour}\t${row.userId}\t${row.model}\t${row.channelId}`;
      sum = sums.get(key) ?? {
        hour,
        userId: row.userId,
        model: row.model,
        channelId: row.channelId,
        requests: 0,
        errors: 0,
        inputTokens: 0,
        outputTokens: 0,
        amount: 0n,
        ttftMs: 0,
        totalMs: 0,
      };
      sums.set(key, sum);
    }
    sum.requests++;
    sum.errors += row.failed;
    sum.inputTokens += row.inputTokens;
    sum.outputTokens += row.outputTokens;
    sum.amount += row.amount;
    sum.ttftMs += row.ttftMs;
    sum.totalMs += row.totalMs;
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

const belongs = (row: PostingRow, sum: HourlySums): boolean =>
  row.userId === sum.userId &&
  row.model === sum.model &&
  row.channelId === sum.channelId &&
  row.at >= sum.hour &&
  row.at < sum.hour + hourMs;
