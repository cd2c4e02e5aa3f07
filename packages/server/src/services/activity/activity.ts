import type { RequestView, UsageView } from '@tollgate/contract/api/requests';
import { formatDecimal } from '../../domain/decimal.ts';
import { walletMeter } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import { multiplierOne } from '../../domain/price.ts';
import { totalOf } from '../../domain/quote.ts';
import type { Attempt } from '../../domain/record.ts';
import { nameMeters, paidBy, shortfallOf, type MeterNames } from './paid-by.ts';
import type { Database } from '../../store/database.ts';
import { statementOf } from '../../store/ledger/journal.ts';
import { namesOfKeys, namesOfUsers, type Named } from '../../store/names.ts';
import { requestLogRepository, type HourlySum, type LogFilters, type LoggedRequest } from '../../store/request-log.ts';

/** What happened, as one reader may see it: an administrator everything, others neither channels nor what went upstream. */
export type Reader = { readonly database: Database; readonly seesChannels: boolean };

type Rows<T> = { readonly data: T[]; readonly next: string | null };

/** A page of the request log, latest first; `after` is the id of the last request of the page before. */
export async function listRequests(
  reader: Reader,
  ask: { readonly filters: LogFilters; readonly after: string | undefined; readonly limit: number },
): Promise<Rows<RequestView>> {
  const rows = await requestLogRepository.latest(reader.database.db, {
    filters: ask.filters,
    before: ask.after,
    limit: ask.limit + 1,
  });
  const shown = rows.slice(0, ask.limit);
  return {
    data: await presentRequests(reader, shown),
    next: rows.length > ask.limit ? (shown.at(-1)?.id ?? null) : null,
  };
}

/** One request; undefined when there is none, or it is another user's than `userId`. */
export async function findRequest(
  reader: Reader,
  id: string,
  userId: string | undefined,
): Promise<RequestView | undefined> {
  const row = await requestLogRepository.find(reader.database.db, id);
  if (row === undefined || (userId !== undefined && row.userId !== userId)) return undefined;
  return (await presentRequests(reader, [row]))[0];
}

/** Requests as the reader may see them, with the names that their users and keys have now. */
export async function presentRequests(reader: Reader, rows: readonly LoggedRequest[]): Promise<RequestView[]> {
  const { db } = reader.database;
  const byId = (named: readonly Named[]) => new Map(named.map(({ id, name }) => [id, name]));
  const users = byId(await namesOfUsers(db, new Set(rows.map(({ userId }) => userId))));
  const keys = byId(await namesOfKeys(db, new Set(rows.map(({ keyId }) => keyId))));
  const meters = await nameMeters(db, rows);
  return rows.map((row) => ({
    ...presentRequest(row, reader.seesChannels, meters),
    userName: users.get(row.userId) ?? null,
    keyName: keys.get(row.keyId) ?? null,
  }));
}

function presentRequest(
  row: LoggedRequest,
  seesChannels: boolean,
  meters: MeterNames,
): Omit<RequestView, 'userName' | 'keyName'> {
  return {
    id: row.id,
    at: row.at,
    userId: row.userId,
    keyId: row.keyId,
    group: row.group,
    protocol: row.protocol,
    operation: row.operation,
    model: row.model,
    modelServed: seesChannels ? row.modelServed || null : null,
    modelAnswered: seesChannels ? (row.modelAnswered ?? null) : null,
    channelId: seesChannels ? row.channelId || null : null,
    conversion: row.conversion === undefined ? null : presentConversion(row.conversion, seesChannels),
    stream: row.stream,
    status: row.status,
    errorCode: row.errorCode || null,
    endReason: row.endReason,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    usage: { ...row.usage },
    usageSource: row.usageSource,
    amountNanos: row.amount.toString(),
    bill: row.bill === undefined ? null : presentBill(row.bill),
    paidBy: paidBy(row, meters),
    shortfall: shortfallOf(row, meters),
    ttftMs: row.ttftMs,
    totalMs: row.totalMs,
    tokensPerSecond: row.tokensPerSecond ?? null,
    clientIp: row.clientIp,
    via: row.via ?? null,
    ...(row.ownKey && { ownKey: { listPriceNanos: row.bill ? listPriceOf(row.bill).toString() : null } }),
    attemptCount: row.attempts.length,
    attempts: seesChannels ? row.attempts.map(presentAttempt) : [],
    steps: row.steps ?? null,
    routing: seesChannels && row.routing !== undefined ? presentRouting(row.routing) : null,
  };
}

/** What a bill would come to without any multiplier. */
const listPriceOf = ({ lines }: NonNullable<LoggedRequest['bill']>): bigint => totalOf(lines, multiplierOne);

const presentAttempt = ({ startedMs, connectMs, headMs, ...attempt }: Attempt): RequestView['attempts'][number] => ({
  ...attempt,
  startedMs: startedMs ?? null,
  connectMs: connectMs ?? null,
  headMs: headMs ?? null,
});

const presentRouting = ({ order, aside }: NonNullable<LoggedRequest['routing']>): RequestView['routing'] => ({
  order: order.map(([channelId, credential]) => ({ channelId, credential })),
  aside: aside.map(({ credential, forMs, ...one }) => ({
    ...one,
    credential: credential ?? null,
    forMs: forMs ?? null,
  })),
});

const presentConversion = (
  { upstreamProtocol, losses, moreLosses }: NonNullable<LoggedRequest['conversion']>,
  seesChannels: boolean,
): RequestView['conversion'] => ({
  upstreamProtocol: seesChannels ? upstreamProtocol : null,
  losses: [...losses],
  moreLosses,
});

const presentBill = (bill: NonNullable<LoggedRequest['bill']>): RequestView['bill'] => ({
  lines: bill.lines.map(({ bucket, quantity, rate, condition = null }) => ({
    bucket,
    quantity,
    rateNanos: rate.toString(),
    condition,
  })),
  multiplier: formatDecimal(bill.multiplier, 6),
  priceVersion: bill.priceVersion,
});

/** Hourly sums for charts, by model, and for those who see channels by channel too. */
export async function usageByHour(
  reader: Reader,
  range: { readonly from: number; readonly to: number; readonly userId: string | undefined },
): Promise<UsageView> {
  const sums = await requestLogRepository.rollups(reader.database.db, range);
  return { data: (reader.seesChannels ? sums : withoutChannels(sums)).map((sum) => presentSum(sum, reader)) };
}

function withoutChannels(sums: readonly HourlySum[]): readonly HourlySum[] {
  const merged = new Map<string, HourlySum>();
  for (const sum of sums) {
    const place = `${sum.hour} ${sum.model}`;
    const so = merged.get(place);
    merged.set(place, so === undefined ? sum : add(so, sum));
  }
  return [...merged.values()];
}

const add = (a: HourlySum, b: HourlySum): HourlySum => ({
  hour: a.hour,
  model: a.model,
  channelId: '',
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  amount: nanos(a.amount + b.amount),
  ttftMs: a.ttftMs + b.ttftMs,
  totalMs: a.totalMs + b.totalMs,
});

const presentSum = ({ amount, channelId, ...sum }: HourlySum, reader: Reader): UsageView['data'][number] => ({
  ...sum,
  channelId: reader.seesChannels ? channelId || null : null,
  amountNanos: amount.toString(),
});

/** A user's movements of money, latest first; usage comes in sums of batches. Who posted them is not shown. */
export async function readStatement(
  database: Database,
  ask: {
    readonly userId: string;
    readonly after: string | undefined;
    readonly limit: number;
    readonly usage: boolean;
  },
): Promise<Rows<{ transactionId: string; kind: string; at: number; amountNanos: string; note: string }>> {
  const { userId, after: before, limit, usage } = ask;
  const rows = await statementOf(database, { account: walletMeter(userId), before, limit: limit + 1, usage });
  const shown = rows.slice(0, limit);
  return {
    data: shown.map(({ transactionId, kind, at, amount, note }) => ({
      transactionId,
      kind,
      at,
      amountNanos: amount.toString(),
      note,
    })),
    next: rows.length > limit ? (shown.at(-1)?.transactionId ?? null) : null,
  };
}
