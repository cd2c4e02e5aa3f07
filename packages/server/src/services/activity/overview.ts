import type { GatewayOverview, MyOverview } from '@tollgate/contract/api/overview';
import { keyMeter, walletMeter } from '../../domain/meters.ts';
import type { Database } from '../../store/database.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { lastOverheads } from '../../store/recent-requests.ts';
import { requestLogRepository } from '../../store/request-log.ts';
import { addSums, noSums, sumUsage, type Sums, type UsageFilters } from '../../store/usage-sums.ts';
import { needsAttention } from './attention.ts';
import { channelsHealth, dayByHour, type HealthDeps } from './channel-health.ts';
import { gatewayStatus } from './gateway-status.ts';
import { queryUsage, type KnownChannel } from './query-usage.ts';
import { presentSums } from './usage-sums.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The last 24 hours, the 24 before, and each hour of the first. */
async function lastDays(database: Database, now: number, filters: UsageFilters) {
  const hour = now - (now % hourMs);
  const found = await sumUsage(database, { ...filters, from: hour - 47 * hourMs, to: hour + hourMs }, ['hour']);
  const byHour = new Map(found.map(({ by, sums }) => [Number(by[0]), sums]));
  const sumFrom = (first: number, end: number): Sums => {
    let sum = noSums;
    for (const [at, sums] of byHour) if (at >= first && at < end) sum = addSums(sum, sums);
    return sum;
  };
  const begin = hour - 23 * hourMs;
  return {
    last24h: presentSums(sumFrom(begin, hour + hourMs)),
    previous24h: presentSums(sumFrom(begin - dayMs, begin)),
    series: dayByHour(byHour, hour),
    sumFrom,
  };
}

/** One person's own. */
export async function myOverview(
  database: Database,
  { userId, now, zoneMs }: { readonly userId: string; readonly now: number; readonly zoneMs: number },
): Promise<MyOverview> {
  const { sumFrom, ...days } = await lastDays(database, now, { userId });
  const midnight = now - ((now + zoneMs) % dayMs);
  const wallet = (await meterStatus(database, [walletMeter(userId)])).get(walletMeter(userId));
  const balance = wallet?.remaining ?? 0n;
  const [week] = await sumUsage(database, { userId, from: now - (now % hourMs) - 7 * dayMs, to: now + hourMs }, []);
  const spent = week?.sums.amount ?? 0n;
  const failed = await requestLogRepository.latest(database.db, { filters: { userId, failed: true }, limit: 5 });
  return {
    at: now,
    ...days,
    today: presentSums(sumFrom(midnight, now + hourMs)),
    yesterday: presentSums(sumFrom(midnight - dayMs, midnight)),
    balanceNanos: balance.toString(),
    runwayDays: spent <= 0n ? null : Math.max(0, Math.round((Number(balance) / Number(spent)) * 70) / 10),
    keys: await myKeys(database, userId, now),
    errors: failed.map(({ id, at, model, keyId, status, errorCode }) => ({
      id,
      at,
      model,
      keyId,
      status,
      errorCode: errorCode || null,
    })),
  };
}

async function myKeys(database: Database, userId: string, now: number): Promise<MyOverview['keys']> {
  const from = now - (now % hourMs) - 23 * hourMs;
  const used = await sumUsage(database, { userId, from, to: from + dayMs }, ['key_id']);
  const sums = new Map(used.map((one) => [one.by[0], one.sums]));
  const page = await apiKeyRepository.page(database.db, { userId, limit: 100 });
  const dearest = page.rows
    .toSorted((a, b) => Number((sums.get(b.id) ?? noSums).amount - (sums.get(a.id) ?? noSums).amount))
    .slice(0, 10);
  const meters = await meterStatus(
    database,
    dearest.map(({ id }) => keyMeter(id)),
  );
  return dearest.map(({ id, name, enabled, expiresAt, limitNanos }) => ({
    id,
    name,
    enabled,
    expiresAt,
    limitNanos: limitNanos?.toString() ?? null,
    spentNanos: (meters.get(keyMeter(id))?.spent ?? 0n).toString(),
    last24h: presentSums(sums.get(id) ?? noSums),
  }));
}

/** So many requests tell how much time the gateway itself takes. */
const overheadSample = 400;

/** Everybody's, for administrators. */
export async function gatewayOverview(
  deps: HealthDeps & { readonly channels: readonly KnownChannel[] },
): Promise<GatewayOverview> {
  const { database } = deps;
  const now = deps.now();
  const { sumFrom: _, ...days } = await lastDays(database, now, {});
  const health = await channelsHealth(deps);
  const overheads = (await lastOverheads(database.db, overheadSample)).toSorted((a, b) => a - b);
  const at = (share: number): number | null => overheads[Math.floor((overheads.length - 1) * share)] ?? null;
  return {
    at: now,
    ...days,
    status: await gatewayStatus(deps),
    top: await topOf(deps, now),
    attention: [...(await needsAttention(deps, health, now))],
    overhead: { requests: overheads.length, p50Ms: at(0.5), p95Ms: at(0.95) },
  };
}

async function topOf(
  reader: { readonly database: Database; readonly channels: readonly KnownChannel[] },
  now: number,
): Promise<GatewayOverview['top']> {
  const top = async (groupBy: 'model' | 'user' | 'key' | 'channel') => {
    const from = now - (now % hourMs) - 23 * hourMs;
    const { rows } = await queryUsage(reader, {
      measure: 'cost',
      groupBy,
      splitBy: undefined,
      from,
      to: from + dayMs,
      compare: true,
      limit: 5,
      zoneMs: 0,
      filters: {},
    });
    return rows;
  };
  return {
    models: await top('model'),
    users: await top('user'),
    keys: await top('key'),
    channels: await top('channel'),
  };
}
