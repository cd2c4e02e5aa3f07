import type { Change } from '../../domain/configuration.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import type { Database } from '../../store/database.ts';
import { nextTurn } from '../../store/pages.ts';

/**
 * Reads the change feed so that no line is missed and none is handed out twice. Numbers are given before the commit:
 * 12 may be there while 11 is still on its way. So a gap is read again until it fills, or until it is so old that its
 * transaction must have been rolled back.
 */
export type ChangeFeed = {
  /** What appeared since the last call, oldest first. */
  poll(): Promise<readonly Change[]>;
  /** Highest number handed out so far. */
  position(): number;
};

const gapLifeMs = 60_000;
const batch = 10_000;
const atOnce = 500;
/** How far behind the newest line a gap may still be open when a process starts. */
const lookBehind = 200;

/** The lines after `floor`, at most a batch, read some at a time so that a long feed stops nobody. */
async function readSince({ db }: Database, floor: number): Promise<readonly Change[]> {
  const rows: Change[] = [];
  for (;;) {
    const wanted = Math.min(atOnce, batch - rows.length);
    const found = await changeRepository.since(db, rows.at(-1)?.seq ?? floor, wanted);
    rows.push(...found);
    if (found.length < wanted || rows.length === batch) return rows;
    await nextTurn();
  }
}

/** Opens the feed at its present end: lines that are there already are not handed out. */
export async function openChangeFeed(database: Database, now: () => number): Promise<ChangeFeed> {
  let highest = await changeRepository.latest(database.db);
  let floor = Math.max(0, highest - lookBehind);
  const seen = new Set(
    (await changeRepository.since(database.db, floor, batch))
      .filter((change) => change.seq <= highest)
      .map((change) => change.seq),
  );
  let gapSince: number | undefined;

  /** Moves the floor over what is seen, and over gaps that have grown too old. */
  const advance = (full: boolean): void => {
    for (;;) {
      while (seen.delete(floor + 1)) {
        floor++;
        gapSince = undefined;
      }
      if (seen.size === 0) return;
      gapSince ??= now();
      if (!full && now() - gapSince < gapLifeMs) return;
      floor = Math.min(...seen) - 1;
      gapSince = undefined;
    }
  };
  advance(false);

  return {
    poll: async () => {
      const rows = await readSince(database, floor);
      const fresh = rows.filter((row) => !seen.has(row.seq));
      for (const row of fresh) {
        seen.add(row.seq);
        highest = Math.max(highest, row.seq);
      }
      advance(rows.length === batch);
      return fresh;
    },
    position: () => highest,
  };
}
