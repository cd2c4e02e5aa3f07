import { inputTokens, outputTokens } from '@tollgate/wire/ir/usage';
import type { Conversion, RequestRecord } from '../../domain/record.ts';

/**
 * A request as it goes into the outbox and from there into the books and the log: flat, its JSON made once.
 * `charge` is undefined when nothing is to be charged; `amount` is then 0.
 */
export type PostingRow = {
  readonly id: string;
  readonly at: number;
  readonly userId: string;
  readonly keyId: string;
  readonly model: string;
  readonly channelId: string;
  readonly status: number;
  readonly failed: number;
  readonly errorCode: string;
  readonly stream: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly ttftMs: number;
  readonly totalMs: number;
  /** JSON of a {@link LogDetail}. */
  readonly detail: string;
  readonly amount: bigint;
  readonly charge: PostingCharge | undefined;
};

export type PostingCharge = {
  readonly priceVersion: string;
  readonly multiplier: number;
  /** JSON: [[bucket, quantity, "rate"], …] */
  readonly lines: string;
  /** JSON of the usage. */
  readonly usage: string;
  readonly source: string;
};

/** The part of a log row that nothing is searched by. Attempts are [channel, credential, status, cause, ms]. */
export type LogDetail = {
  readonly group: string;
  readonly protocol: string;
  readonly operation: string;
  readonly served: string;
  readonly end: string;
  readonly source: string;
  readonly ip: string;
  readonly attempts: readonly (readonly [string, number, number, string, number])[];
  /** Only on the translation. */
  readonly conversion?: ConversionDetail;
  /** Only where no charge holds it. */
  readonly usage?: RequestRecord['usage'];
};

/** `to`: the upstream's protocol; `lost`: [path, kind]; `more`: how many losses are not listed. */
type ConversionDetail = {
  readonly to: string;
  readonly lost: readonly (readonly [string, string])[];
  readonly more: number;
};

const modelLength = 200;

/** With a path this long, what a row keeps of its losses is about 2 KB at most, whatever the client sent. */
const maxLosses = 20;
const pathLength = 80;

/** Flattens a record. Numbers are made whole and texts cut to what the columns hold, so that no batch can be refused. */
export function postingRow(record: RequestRecord): PostingRow {
  const { charge, conversion, usage } = record;
  const detail: LogDetail = {
    group: record.group,
    protocol: record.protocol,
    operation: record.operation,
    served: record.modelServed,
    end: record.endReason,
    source: record.usageSource,
    ip: record.clientIp,
    attempts: record.attempts.map((attempt) => [
      attempt.channelId,
      attempt.credential,
      attempt.status,
      attempt.cause,
      Math.round(attempt.durationMs),
    ]),
    ...(conversion === undefined ? undefined : { conversion: conversionDetail(conversion) }),
    ...(charge === undefined ? { usage } : undefined),
  };
  return {
    id: record.id,
    at: record.at,
    userId: record.userId,
    keyId: record.keyId,
    model: plain(record.modelAsked, modelLength),
    channelId: record.channelId,
    status: record.status,
    failed: record.status >= 400 || record.errorCode !== '' ? 1 : 0,
    errorCode: plain(record.errorCode, 60),
    stream: record.stream ? 1 : 0,
    inputTokens: whole(inputTokens(usage)),
    outputTokens: whole(outputTokens(usage)),
    ttftMs: whole(record.ttftMs),
    totalMs: whole(record.totalMs),
    detail: JSON.stringify(detail),
    amount: charge?.amount ?? 0n,
    charge:
      charge === undefined
        ? undefined
        : {
            priceVersion: plain(charge.priceVersion, 80),
            multiplier: Number(charge.multiplier),
            lines: linesJson(charge.lines),
            usage: JSON.stringify(usage),
            source: record.usageSource,
          },
  };
}

/** Request and answer may lose the same thing; it is listed once. */
function conversionDetail({ protocol, losses }: Conversion): ConversionDetail {
  const unique = new Map(losses.map(({ path, kind }) => [`${kind} ${path}`, [plain(path, pathLength), kind] as const]));
  const lost = [...unique.values()].slice(0, maxLosses);
  return { to: protocol, lost, more: unique.size - lost.length };
}

function linesJson(lines: NonNullable<RequestRecord['charge']>['lines']): string {
  let text = '[';
  for (const line of lines) {
    if (text.length > 1) text += ',';
    text += `["${line.bucket}",${line.quantity},"${line.rate}"]`;
  }
  return `${text}]`;
}

/** Neither NaN nor more than what a 64-bit column and a JavaScript number both hold. */
const whole = (value: number): number => (value > 0 ? Math.min(Math.round(value), Number.MAX_SAFE_INTEGER) : 0);

// PostgreSQL refuses NUL and lone surrogates in text; the outbox separates its fields by tabs and newlines.
const unstorable = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const suspicious = /[\u0000-\u001f\u007f\ud800-\udfff]/;

function plain(text: string, length: number): string {
  const short = text.length > length ? text.slice(0, length) : text;
  return suspicious.test(short) ? short.replace(unstorable, '\ufffd') : short;
}

/** What a batch takes from each meter: wallets and keys, in the order of their ids (the order in which rows are locked). */
export function spentByMeter(rows: readonly PostingRow[]): ReadonlyMap<string, bigint> {
  const users = new Map<string, bigint>();
  const keys = new Map<string, bigint>();
  for (const { amount, userId, keyId } of rows) {
    if (amount === 0n) continue;
    users.set(userId, (users.get(userId) ?? 0n) + amount);
    keys.set(keyId, (keys.get(keyId) ?? 0n) + amount);
  }
  const spent: (readonly [string, bigint])[] = [];
  for (const [id, amount] of users) spent.push([`wallet:${id}`, amount]);
  for (const [id, amount] of keys) spent.push([`key:${id}`, amount]);
  return new Map(spent.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sums of one hour, user, model and channel. */
export type Rollup = {
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

const hourMs = 3_600_000;

/** Sums the rows by hour, user, model and channel, in the order of the key. */
export function rollUp(rows: readonly PostingRow[]): readonly Rollup[] {
  const sums = new Map<string, Rollup>();
  let sum: Rollup | undefined;
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

const belongs = (row: PostingRow, sum: Rollup): boolean =>
  row.userId === sum.userId &&
  row.model === sum.model &&
  row.channelId === sum.channelId &&
  row.at >= sum.hour &&
  row.at < sum.hour + hourMs;

/** What a batch takes from a lease, and what is left of it. */
export function consume(leased: bigint, spent: bigint): { readonly taken: bigint; readonly left: bigint } {
  const taken = spent < leased ? spent : leased;
  return { taken, left: leased - taken };
}

/** A node's lease of one meter as the database has it. */
export type LeaseState = { readonly amount: bigint; readonly version: number };

/** Requests to be posted in one transaction. */
export type Batch = {
  /** Id of the journal transaction, new for every attempt. */
  readonly transactionId: string;
  readonly at: number;
  /** The node whose leases the rows were served from. */
  readonly nodeId: string;
  readonly rows: readonly PostingRow[];
};

/** What a batch did: how many rows were new, and what is left of the node's leases of the meters it touched. */
export type Posted = {
  readonly inserted: number;
  readonly leases: ReadonlyMap<string, LeaseState>;
  /** What all rows of the batch cost, new or not, by meter. */
  readonly spent: ReadonlyMap<string, bigint>;
};

/** A place where tests may stop the process. */
export type Fault = (point: string) => void;

/** The entries of a usage transaction: each wallet pays, the revenue account receives. Keys are limits, not accounts. */
export function usageEntries(spent: ReadonlyMap<string, bigint>): readonly (readonly [string, bigint])[] {
  const entries: (readonly [string, bigint])[] = [];
  let sum = 0n;
  for (const [meter, amount] of spent) {
    if (!meter.startsWith('wallet:')) continue;
    entries.push([meter, -amount]);
    sum += amount;
  }
  entries.push(['revenue', sum]);
  return entries;
}
