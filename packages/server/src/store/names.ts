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

/** Ids of the keys whose names read like a text (`*` stands for any), revoked ones too; at most `limit` of them. */
export async function keysNamedLike(db: Db, name: string, limit: number): Promise<readonly string[]> {
  const found = await db.selectFrom('api_keys').select('id').where(isLike('name', name)).limit(limit).execute();
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
