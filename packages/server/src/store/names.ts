import type { Db } from './database.ts';
import { allOf, inChunks } from './pages.ts';
import { isLike } from './text-like.ts';

export type Named = { readonly id: string; readonly name: string };

/** Names of users (their e-mail addresses, which tell them apart), of those that there are. */
export const namesOfUsers = (db: Db, ids: Iterable<string>): Promise<readonly Named[]> =>
  allOf(
    inChunks(
      ids,
      async (some) =>
        await db.selectFrom('auth_users').select(['id', 'email as name']).where('id', 'in', some).execute(),
    ),
  );

/** Names of API keys, revoked ones too. */
export const namesOfKeys = (db: Db, ids: Iterable<string>): Promise<readonly Named[]> =>
  allOf(
    inChunks(
      ids,
      async (some) => await db.selectFrom('api_keys').select(['id', 'name']).where('id', 'in', some).execute(),
    ),
  );

/** Ids of a user's keys, or everybody's, whose names read like a text (`*` stands for any), revoked ones too; at most `limit` of them. */
export async function keysNamedLike(
  db: Db,
  { userId, name, limit }: { readonly userId: string | undefined; readonly name: string; readonly limit: number },
): Promise<readonly string[]> {
  const like = db.selectFrom('api_keys').select('id').where(isLike('name', name)).limit(limit);
  const found = await (userId === undefined ? like : like.where('user_id', '=', userId)).execute();
  return found.map(({ id }) => id);
}

/** Names of channels, of those that there are. */
export const namesOfChannels = (db: Db, ids: Iterable<string>): Promise<readonly Named[]> =>
  allOf(
    inChunks(
      ids,
      async (some) => await db.selectFrom('channels').select(['id', 'name']).where('id', 'in', some).execute(),
    ),
  );
