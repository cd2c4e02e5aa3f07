import type { Settings } from '@tollgate/contract/settings';
import type { Database } from '../store/database.ts';
import { pruneKept } from '../store/kept-values.ts';
import { prune } from '../store/request-log.ts';
import { pruneSessions } from './accounts/sessions.ts';
import type { AccountDeps } from './accounts/account-deps.ts';

export type HousekeepingDeps = {
  readonly database: Database;
  readonly accounts: AccountDeps;
  readonly settings: () => Settings;
  readonly now: () => number;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
};

const everyMs = 15 * 60_000;
const firstAfterMs = 60_000;

/** Rows of one deletion: small enough that nobody waits for it, on any database. */
const chunk = 500;
const pauseMs = 50;

/**
 * Throws away what has had its time: request logs beyond their retention (never charges, never the journal), kept values
 * of conversations, and sessions that have run out. Every process does it; two at once only share the work.
 */
export function startHousekeeping(deps: HousekeepingDeps): { stop(): void } {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout>;
  const schedule = (afterMs: number): void => {
    timer = setTimeout(() => void round(), afterMs);
    timer.unref();
  };
  const round = async (): Promise<void> => {
    try {
      await pruneLogs(deps, () => stopped);
      await inChunks(
        () => stopped,
        () => pruneKept(deps.database, deps.now(), chunk),
      );
      await pruneSessions(deps.accounts);
    } catch (error) {
      deps.log.warn({ err: error }, 'housekeeping failed; it is tried again later');
    }
    if (!stopped) schedule(everyMs);
  };
  schedule(firstAfterMs);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Deletes old log rows in small steps; returns how many. */
export async function pruneLogs(
  deps: Pick<HousekeepingDeps, 'database' | 'settings' | 'now'>,
  stopped: () => boolean,
): Promise<number> {
  const before = deps.now() - deps.settings().log.retentionDays * 86_400_000;
  return await inChunks(stopped, () => prune(deps.database, before, chunk));
}

/** Deletes until nothing is left to delete; returns how many rows that were. */
async function inChunks(stopped: () => boolean, remove: () => Promise<number>): Promise<number> {
  let all = 0;
  while (!stopped()) {
    const gone = await remove();
    all += gone;
    if (gone === 0) break;
    await Bun.sleep(pauseMs);
  }
  return all;
}
