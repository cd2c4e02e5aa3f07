import type { ChannelHealth } from '@tollgate/contract/api/overview';
import { channelState, targetsByChannel } from '../../domain/channel-state.ts';
import type { Health } from '../../domain/health.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import type { Database } from '../../store/database.ts';
import { noSums, sumUsage, type Sums } from '../../store/usage-sums.ts';
import { namesOf } from '../configuration/list-audit.ts';
import { presentSums } from './usage-sums.ts';

export type HealthDeps = {
  readonly database: Database;
  readonly snapshot: () => Snapshot;
  readonly health: { entries(): Iterable<readonly [string, Readonly<Health>]>; now(): number };
  readonly now: () => number;
};

const hourMs = 3_600_000;
const bars = 30;

/** State and last day of every channel, by name. */
export async function channelsHealth(deps: HealthDeps): Promise<readonly ChannelHealth[]> {
  const { database, health } = deps;
  const hour = deps.now() - (deps.now() % hourMs);
  const byHour = await sumUsage(database, { from: hour - (bars - 1) * hourMs, to: hour + hourMs }, [
    'channel_id',
    'hour',
  ]);
  const day = await sumUsage(database, { from: hour - 23 * hourMs, to: hour + hourMs }, ['channel_id']);
  const days = new Map(day.map(({ by, sums }) => [by[0], sums]));
  const hours = new Map(byHour.map(({ by, sums }) => [by.join(' '), sums]));
  const disabled = await disabledBy(database);
  const names = await namesOf(
    database.db,
    [...disabled.values()].map(({ by }) => by),
  );
  const targets = targetsByChannel(health.entries());
  const now = health.now();
  return [...deps.snapshot().channels.values()]
    .map((channel): ChannelHealth => {
      const { state, reason, closedUntil, keysOk } = channelState(channel, targets.get(channel.id) ?? [], now);
      const off = state === 'disabled' ? disabled.get(channel.id) : undefined;
      return {
        id: channel.id,
        name: channel.name,
        provider: channel.provider.id,
        state,
        reason: (off?.reason || reason) ?? null,
        by: off?.by ?? null,
        byName: (off && names.get(off.by)) ?? null,
        since: off?.at ?? null,
        resumesInMs: closedUntil === undefined ? null : Math.max(0, Math.ceil(closedUntil - now)),
        keys: { ok: keysOk, total: channel.credentials.length },
        strip: Array.from({ length: bars }, (_, index) => {
          const at = hour - (bars - 1 - index) * hourMs;
          const { requests, errors } = hours.get(`${channel.id} ${at}`) ?? noSums;
          return { hour: at, requests, errors };
        }),
        last24h: presentSums(days.get(channel.id) ?? noSums),
      };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function disabledBy({ db }: Database) {
  const channels = await channelRepository.all(db);
  return new Map(channels.flatMap(({ id, disabled }) => (disabled === undefined ? [] : [[id, disabled]])));
}

/** Sums of the last 24 hours by the hour, oldest first, each of them there. */
export function dayByHour(
  byHour: ReadonlyMap<number, Sums>,
  hour: number,
): { hour: number; sums: ReturnType<typeof presentSums> }[] {
  return Array.from({ length: 24 }, (_, index) => {
    const at = hour - (23 - index) * hourMs;
    return { hour: at, sums: presentSums(byHour.get(at) ?? noSums) };
  });
}
