import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { keysNamedLike } from '../../store/names.ts';

/** More keys than a query should name one by one. */
const most = 1000;

/**
 * Ids of a user's keys (of everybody's, where that is undefined) that a name stands for (`*` for any text), revoked ones too. `param` is
 * where the name was said.
 */
export async function keysNamed(
  { db }: Database,
  { userId, name, param }: { readonly userId: string | undefined; readonly name: string; readonly param: string },
): Promise<readonly string[]> {
  const ids = await keysNamedLike(db, { userId, name, limit: most + 1 });
  if (ids.length > most) throw new Refusal('invalid_request', `stands for more than ${most} keys`, { param });
  return ids;
}
