import type { Db } from './database.ts';
import type { LogDetail } from './ledger/posting-row.ts';

/**
 * What the gateway itself took (ms) of each of the last requests that a provider was asked for, before it was asked; of
 * rows that do not tell, all of the time but that of the attempts.
 */
export async function lastOverheads(db: Db, count: number): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('request_logs')
    .select(['total_ms', 'detail'])
    .orderBy('id', 'desc')
    .limit(count)
    .execute();
  return rows.flatMap(({ total_ms: totalMs, detail }) => {
    const { attempts, steps } = JSON.parse(detail) as LogDetail;
    if (attempts.length === 0) return [];
    // Told to a tenth of a millisecond, and without the time in which the client sent its body.
    if (steps !== undefined) return [Math.round((steps[3] - steps[1] + steps[0]) * 10) / 10];
    return [Math.max(0, totalMs - attempts.reduce((sum, attempt) => sum + attempt[4], 0))];
  });
}
