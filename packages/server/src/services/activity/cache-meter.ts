import type { CacheRoute } from '@tollgate/contract/api/caches';
import type { Channel } from '../../domain/snapshot.ts';
import type { Database } from '../../store/database.ts';
import { sumUsage, type Sums } from '../../store/usage-sums.ts';

const hourMs = 3_600_000;

type Deps = {
  readonly database: Database;
  readonly snapshot: () => { readonly channels: ReadonlyMap<string, Pick<Channel, 'name'>> };
  now(): number;
};

/** Of so many hours those are told that are hardly read. */
export const watchedHours = 6;

/** So much must have been written before it is strange that so little of it was read. */
const leastWritten = 50_000;

/** What prompt caches did on each route (channel and model) in the last hours, the most wasteful first. */
export async function cacheRoutes({ database, snapshot, now }: Deps, hours: number): Promise<readonly CacheRoute[]> {
  const hour = now() - (now() % hourMs);
  const range = { from: hour - (hours - 1) * hourMs, to: hour + hourMs };
  const { channels } = snapshot();
  const found = await sumUsage(database, range, ['channel_id', 'model']);
  return found
    .filter(({ sums }) => sums.cacheRead > 0 || sums.cacheWrite > 0)
    .map(({ by: [channelId = '', model = ''], sums }): CacheRoute => {
      const wasted = wastedOf(sums);
      return {
        channelId,
        channel: channels.get(channelId)?.name ?? null,
        model,
        requests: sums.requests,
        inputTokens: sums.inputTokens,
        writtenTokens: sums.cacheWrite,
        readTokens: sums.cacheRead,
        extraNanos: sums.cacheExtra.toString(),
        savedNanos: sums.cacheSaved.toString(),
        wastedNanos: wasted.toString(),
        unread: isUnread(sums),
      };
    })
    .toSorted((a, b) => Number(BigInt(b.wastedNanos) - BigInt(a.wastedNanos)) || b.writtenTokens - a.writtenTokens);
}

/** What writing to caches cost beyond plain input, and reading from them did not earn back. */
const wastedOf = ({ cacheExtra, cacheSaved }: Sums): bigint => (cacheExtra > cacheSaved ? cacheExtra - cacheSaved : 0n);

/**
 * Caches are written again and again and hardly read: something changes the prompts on their way, or conversations do not
 * stay where theirs are cached. A cache that works is read more often than it is written.
 */
const isUnread = ({ cacheWrite, cacheRead }: Sums): boolean =>
  cacheWrite >= leastWritten && cacheRead * 10 < cacheWrite;
