import { sql } from 'kysely';
import type { Expression, RawBuilder, SqlBool } from 'kysely';
import type { Usage } from '@tollgate/wire/ir/usage';
import { debitsBefore, readDebits, type Debit } from '../domain/debits.ts';
import type { Nanos } from '../domain/money.ts';
import { nanos } from '../domain/money.ts';
import type { ChargeLine } from '../domain/quote.ts';
import {
  requestIdFloor,
  type Aside,
  type Attempt,
  type RequestSteps,
  type RoutingTrace,
  type Shortfall,
} from '../domain/record.ts';
import { isPattern } from '../domain/text-pattern.ts';
import type { Db } from './database.ts';
import { readBillLines } from './ledger/audit-books.ts';
import { logColumns } from './ledger/posted-columns.ts';
import type { LogDetail, PostingRow } from './ledger/posting-row.ts';
import { allOf, inChunks } from './pages.ts';
import type { RowOf } from './tables.ts';
import { isLike } from './text-like.ts';

/** One request as the console shows it in a list. Times are ms, `amount` nano-dollars. */
export type LoggedRequest = {
  readonly id: string;
  readonly at: number;
  readonly userId: string;
  readonly keyId: string;
  readonly model: string;
  readonly channelId: string;
  readonly status: number;
  readonly errorCode: string;
  readonly stream: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly amount: Nanos;
  readonly ttftMs: number;
  readonly totalMs: number;
  /** Output tokens by the time they took; undefined where that says nothing. */
  readonly tokensPerSecond: number | undefined;
  readonly group: string;
  readonly protocol: string;
  readonly operation: string;
  readonly modelServed: string;
  readonly modelAnswered: string | undefined;
  readonly endReason: string;
  readonly usageSource: string;
  readonly clientIp: string;
  readonly via: LogDetail['via'];
  /** Whether a provider key of its owner served it. */
  readonly ownKey: boolean;
  readonly attempts: readonly Attempt[];
  /** Undefined in rows from before they were noted. */
  readonly steps: RequestSteps | undefined;
  /** Undefined where there was nothing to choose. */
  readonly routing:
    | {
        readonly order: RoutingTrace['order'];
        readonly aside: readonly (Omit<Aside, 'reason'> & { readonly reason: string })[];
      }
    | undefined;
  /** What translating it lost; undefined where the bytes passed. `moreLosses` counts those that are not listed. */
  readonly conversion:
    | {
        readonly upstreamProtocol: string;
        readonly losses: readonly { readonly path: string; readonly kind: string }[];
        readonly moreLosses: number;
      }
    | undefined;
  /** What was too little; undefined where nothing was. */
  readonly shortfall: Shortfall | undefined;
  readonly usage: Usage;
  /** The bill; undefined when nothing was charged. */
  readonly bill:
    | {
        readonly lines: readonly ChargeLine[];
        readonly multiplier: bigint;
        readonly priceVersion: string;
        /** Who paid it, and what it was counted against. */
        readonly debits: readonly Debit[];
      }
    | undefined;
};

/**
 * At most one of user, key, model, channel leads the search; the others narrow it. `failed` shows only failures. Who gives
 * `status`, `errorCode`, `stream`, `minCost` or what is in the detail should give a range as well: no index leads to them.
 */
export type LogFilters = {
  readonly userId?: string | undefined;
  readonly keyId?: string | undefined;
  /** Any of these keys. */
  readonly keyIds?: readonly string[] | undefined;
  /** In which `*` stands for any text; no index leads to those either. */
  readonly model?: string | undefined;
  readonly channelId?: string | undefined;
  /** Any of these. */
  readonly channelIds?: readonly string[] | undefined;
  /** Of the detail, which no index leads to. */
  readonly group?: string | undefined;
  readonly protocol?: string | undefined;
  readonly operation?: string | undefined;
  readonly failed?: boolean | undefined;
  /** Lowest and highest; both included. */
  readonly status?: readonly [number, number] | undefined;
  readonly errorCode?: string | undefined;
  readonly stream?: boolean | undefined;
  readonly minCost?: bigint | undefined;
  /** Lowest id: `requestIdFloor` of a moment for what was received since. Ids sort by time, so no other index is needed. */
  readonly fromId?: string | undefined;
  /** Every id is lower. */
  readonly toId?: string | undefined;
};

/** Whether a column is one of some values, of which there may be none. */
const isOneOf = (column: string, values: readonly string[]): RawBuilder<SqlBool> =>
  values.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${sql.ref(column)} in (${sql.join(values)})`;

/**
 * Whether a field of the detail has a value. Its JSON is written by `JSON.stringify`, so that the unescaped quotes of this text are
 * found nowhere else in it; `replace` tells capitals apart on every database, which `like` does not.
 */
const detailHas = (field: 'group' | 'protocol' | 'operation', value: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`replace(detail, ${`"${field}":${JSON.stringify(value)}`}, '') <> detail`;

/** The log, narrowed. */
function narrowed(db: Db, filters: LogFilters) {
  let query = db.selectFrom('request_logs');
  if (filters.userId !== undefined) query = query.where('user_id', '=', filters.userId);
  if (filters.keyId !== undefined) query = query.where('key_id', '=', filters.keyId);
  if (filters.keyIds !== undefined) query = query.where(isOneOf('key_id', filters.keyIds));
  if (filters.model !== undefined)
    query = isPattern(filters.model)
      ? query.where(isLike('model', filters.model))
      : query.where('model', '=', filters.model);
  if (filters.channelId !== undefined) query = query.where('channel_id', '=', filters.channelId);
  if (filters.channelIds !== undefined) query = query.where(isOneOf('channel_id', filters.channelIds));
  for (const field of ['group', 'protocol', 'operation'] as const) {
    const value = filters[field];
    if (value !== undefined) query = query.where(detailHas(field, value));
  }
  // A literal, so that the planners can match it with the partial index.
  if (filters.failed === true) query = query.where(sql<SqlBool>`failed = 1` as Expression<SqlBool>);
  if (filters.failed === false) query = query.where('failed', '=', 0);
  if (filters.status !== undefined)
    query = query.where('status', '>=', filters.status[0]).where('status', '<=', filters.status[1]);
  if (filters.errorCode !== undefined) query = query.where('error_code', '=', filters.errorCode);
  if (filters.stream !== undefined) query = query.where('stream', '=', filters.stream ? 1 : 0);
  if (filters.minCost !== undefined) query = query.where('amount_nanos', '>=', filters.minCost);
  if (filters.fromId !== undefined) query = query.where('id', '>=', filters.fromId);
  if (filters.toId !== undefined) query = query.where('id', '<', filters.toId);
  return query;
}

/** The query of `latest`, for the test that asks the databases how they would run it. */
export function latestQuery(
  db: Db,
  {
    filters,
    before,
    limit,
  }: { readonly filters: LogFilters; readonly before: string | undefined; readonly limit: number },
) {
  const query = narrowed(db, filters).selectAll().orderBy('id', 'desc').limit(limit);
  return before === undefined ? query : query.where('id', '<', before);
}

/** The query of `count`. */
export const countQuery = (db: Db, filters: LogFilters) =>
  narrowed(db, filters).select(({ fn }) => [
    fn.countAll<number>().as('requests'),
    fn.sum<number | null>('failed').as('errors'),
  ]);

/** The query of `lastOfKeys`. */
export const lastOfKeysQuery = (db: Db, ids: readonly string[]) =>
  db
    .selectFrom('api_keys')
    .select((is) => [
      'api_keys.id',
      is
        .selectFrom('request_logs')
        .select('request_logs.at')
        .whereRef('request_logs.key_id', '=', 'api_keys.id')
        .orderBy('request_logs.id', 'desc')
        .limit(1)
        .as('at'),
    ])
    .where('api_keys.id', 'in', ids);

/** The query of `idsSince`. */
export const latestIdsQuery = (db: Db, since: number, limit: number) =>
  db
    .selectFrom('request_logs')
    .select('id')
    .where('id', '>=', requestIdFloor(since))
    .orderBy('id', 'desc')
    .limit(limit);

/** A request that was just posted, as it will be read from the log. */
export function loggedOf(row: PostingRow): LoggedRequest {
  const entries = logColumns.names.map((name, index) => [name, row[logColumns.fields[index] ?? 'id']]);
  // The table of columns says which field goes into which column.
  const log = Object.fromEntries(entries) as RowOf<'request_logs'>;
  const bill = {
    request_id: row.id,
    price_version: row.priceVersion,
    multiplier: row.multiplier,
    bill_lines: row.lines,
    usage_json: row.usage,
    debits: row.debitsText,
  };
  return present(log, row.charged ? bill : undefined);
}

/** What the request log is asked. Its queries stand beside, for the tests of their plans. */
export const requestLogRepository = {
  /** Requests that match, latest first, older than the one named `before` (keyset pagination). */
  async latest(
    db: Db,
    page: { readonly filters: LogFilters; readonly before?: string | undefined; readonly limit: number },
  ): Promise<readonly LoggedRequest[]> {
    const rows = await latestQuery(db, { ...page, before: page.before }).execute();
    if (rows.length === 0) return [];
    // Asked for apart: joined, PostgreSQL may prefer to read all charges to looking up a page of them.
    const charges = await billsQuery(
      db,
      rows.map((row) => row.id),
    ).execute();
    const bills = new Map(charges.map((charge) => [charge.request_id, charge]));
    return rows.map((row) => present(row, bills.get(row.id)));
  },

  /** How many match, and how many of them failed. */
  async count(db: Db, filters: LogFilters): Promise<{ readonly requests: number; readonly errors: number }> {
    const row = await countQuery(db, filters).executeTakeFirst();
    return { requests: Number(row?.requests ?? 0), errors: Number(row?.errors ?? 0) };
  },

  /** Those of the named that are in the log. */
  async some(db: Db, ids: readonly string[]): Promise<readonly LoggedRequest[]> {
    if (ids.length === 0) return [];
    const rows = await db.selectFrom('request_logs').selectAll().where('id', 'in', ids).execute();
    const charges = await billsQuery(db, ids).execute();
    const bills = new Map(charges.map((charge) => [charge.request_id, charge]));
    return rows.map((row) => present(row, bills.get(row.id)));
  },

  /** When the latest request of each of these keys was received (ms); of keys without one nothing. */
  lastOfKeys: (db: Db, ids: readonly string[]): Promise<readonly { readonly id: string; readonly at: number }[]> =>
    allOf(
      inChunks(ids, async (some) => {
        // One step into the index of keys for each, however many requests it had.
        const rows = await lastOfKeysQuery(db, some).execute();
        return rows.flatMap(({ id, at }) => (at === null ? [] : [{ id, at: Number(at) }]));
      }),
    ),

  /** Ids of requests received since a moment (ms), the newest first. */
  async idsSince(db: Db, since: number, limit: number): Promise<readonly string[]> {
    const rows = await latestIdsQuery(db, since, limit).execute();
    return rows.map((row) => row.id);
  },

  /** One request by its id; undefined when there is none, or its time was up. */
  async find(db: Db, id: string): Promise<LoggedRequest | undefined> {
    const row = await findQuery(db, id).executeTakeFirst();
    return row && present(row, await billsQuery(db, [id]).executeTakeFirst());
  },

  /** Hourly sums of everybody or of one user, for charts. `from` and `to` are ms; the hour that holds `to` is left out. */
  async rollups(db: Db, range: Range): Promise<readonly HourlySum[]> {
    const rows = await rollupsQuery(db, range).execute();
    // Sorted here: the databases would sort for it, and only the range was read.
    return rows
      .toSorted((a, b) => a.hour - b.hour)
      .map((row) => ({
        hour: row.hour,
        model: row.model,
        channelId: row.channel_id,
        requests: row.requests,
        errors: row.errors,
        inputTokens: row.input_tokens,
        outputTokens: row.output_tokens,
        amount: nanos(row.amount_nanos),
        ttftMs: row.ttft_ms,
        totalMs: row.total_ms,
      }));
  },

  /**
   * Deletes the oldest rows received before `before` (ms), at most `chunk` of them, so that no request waits long for it;
   * returns how many. Call it again until it returns 0. Charges and rollups stay.
   */
  async prune(db: Db, before: number, chunk: number): Promise<number> {
    const oldest = await oldestQuery(db, chunk).execute();
    const last = oldest.findLast((row) => row.at < before);
    if (last === undefined) return 0;
    const deleted = await pruneQuery(db, last.id, before).executeTakeFirst();
    return Number(deleted.numDeletedRows);
  },
};

export function billsQuery(db: Db, ids: readonly string[]) {
  return db
    .selectFrom('charges')
    .select(['request_id', 'price_version', 'multiplier', 'bill_lines', 'usage_json', 'debits'])
    .where('request_id', 'in', ids);
}

export function findQuery(db: Db, id: string) {
  return db.selectFrom('request_logs').selectAll().where('id', '=', id);
}

type Bill = Awaited<ReturnType<ReturnType<typeof billsQuery>['executeTakeFirst']>>;

function present(row: RowOf<'request_logs'>, bill: Bill): LoggedRequest {
  const detail = JSON.parse(row.detail) as LogDetail;
  const writingMs = row.total_ms - row.ttft_ms;
  return {
    id: row.id,
    at: row.at,
    userId: row.user_id,
    keyId: row.key_id,
    model: row.model,
    channelId: row.channel_id,
    status: row.status,
    errorCode: row.error_code,
    stream: row.stream === 1,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    amount: nanos(row.amount_nanos),
    ttftMs: row.ttft_ms,
    totalMs: row.total_ms,
    // What comes whole was written before its first byte came.
    tokensPerSecond:
      row.stream === 1 && row.output_tokens > 0 && writingMs > 0
        ? Math.round((row.output_tokens * 10_000) / writingMs) / 10
        : undefined,
    group: detail.group,
    protocol: detail.protocol,
    operation: detail.operation,
    modelServed: detail.served,
    modelAnswered: detail.answered,
    endReason: detail.end,
    usageSource: detail.source,
    clientIp: detail.ip,
    via: detail.via,
    ownKey: detail.own === 1,
    attempts: detail.attempts.map(([channelId, credential, status, cause, durationMs, ...times]) => {
      const [startedMs, connectMs = -1, headMs = -1] = times;
      return {
        channelId,
        credential,
        status,
        cause,
        durationMs,
        startedMs,
        connectMs: connectMs < 0 ? undefined : connectMs,
        headMs: headMs < 0 ? undefined : headMs,
      };
    }),
    steps: detail.steps && readSteps(detail.steps),
    routing: detail.routing && {
      order: detail.routing.order,
      aside: detail.routing.aside.map(([channelId, credential, reason, forMs]) => ({
        channelId,
        credential: credential < 0 ? undefined : credential,
        reason,
        forMs: forMs > 0 ? forMs : undefined,
      })),
    },
    conversion: detail.conversion && {
      upstreamProtocol: detail.conversion.to,
      losses: detail.conversion.lost.map(([path, kind]) => ({ path, kind })),
      moreLosses: detail.conversion.more,
    },
    shortfall: detail.short && readShortfall(detail.short),
    usage: bill === undefined ? (detail.usage ?? {}) : (JSON.parse(bill.usage_json) as Usage),
    bill: bill && {
      lines: readBillLines(bill.bill_lines) ?? [],
      multiplier: BigInt(bill.multiplier),
      priceVersion: bill.price_version,
      debits:
        bill.debits === null ? debitsBefore(row.user_id, row.key_id, nanos(row.amount_nanos)) : readDebits(bill.debits),
    },
  };
}

const readShortfall = ([meter, kind, available, needed, endsAt]: NonNullable<LogDetail['short']>): Shortfall => ({
  meter,
  kind,
  available: BigInt(available),
  needed: BigInt(needed),
  endsAt: endsAt === 0 ? undefined : endsAt,
});

const readSteps = ([identifiedMs, inspectedMs, plannedMs, admittedMs]: NonNullable<
  LogDetail['steps']
>): RequestSteps => ({
  identifiedMs,
  inspectedMs,
  plannedMs,
  admittedMs,
});

/** Sums of one hour (`hour` is ms of its start), of one model and channel. Divide the times by `requests`. */
export type HourlySum = {
  readonly hour: number;
  readonly model: string;
  readonly channelId: string;
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly amount: Nanos;
  readonly ttftMs: number;
  readonly totalMs: number;
};

type Range = { readonly from: number; readonly to: number; readonly userId?: string | undefined };

export function rollupsQuery(db: Db, { from, to, userId }: Range) {
  let query = db
    .selectFrom('usage_rollups')
    .select(({ fn }) => [
      'hour',
      'model',
      'channel_id',
      fn.sum<number>('requests').as('requests'),
      fn.sum<number>('errors').as('errors'),
      fn.sum<number>('input_tokens').as('input_tokens'),
      fn.sum<number>('output_tokens').as('output_tokens'),
      fn.sum<bigint>('amount_nanos').as('amount_nanos'),
      fn.sum<number>('ttft_ms').as('ttft_ms'),
      fn.sum<number>('total_ms').as('total_ms'),
    ])
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .groupBy(['hour', 'model', 'channel_id']);
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  return query;
}

/** Ids and times of the oldest rows, of which `prune` takes those that are too old. */
export function oldestQuery(db: Db, chunk: number) {
  return db.selectFrom('request_logs').select(['id', 'at']).orderBy('id').limit(chunk);
}

export function pruneQuery(db: Db, upTo: string, before: number) {
  return db.deleteFrom('request_logs').where('id', '<=', upTo).where('at', '<', before);
}
