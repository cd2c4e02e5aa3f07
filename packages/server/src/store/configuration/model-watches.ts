import type { Found, Known } from '../../domain/model-watch.ts';
import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';
import { asFields, readJson, texts } from './json-column.ts';

/** What watching the models of a channel's upstream has brought. */
export type StoredModelWatch = {
  readonly channelId: string;
  /** ms since the epoch. */
  readonly checkedAt: number;
  /** Why the upstream did not answer with a list then. */
  readonly problem: string | undefined;
  readonly found: Found;
  /** When something was found last. */
  readonly foundAt: number | undefined;
};

const shown = ['channel_id', 'checked_at', 'problem', 'found_json', 'found_at'] as const;

function read(row: Pick<RowOf<'model_watches'>, (typeof shown)[number]>): StoredModelWatch {
  const found = asFields(readJson(row.found_json));
  return {
    channelId: row.channel_id,
    checkedAt: row.checked_at,
    problem: row.problem ?? undefined,
    found: { new: texts(found['new']), gone: texts(found['gone']) },
    foundAt: row.found_at ?? undefined,
  };
}

/** By channel, one row each. Who writes holds the lock of the configuration. */
export const modelWatchRepository = {
  /** Every one, without what is known. */
  async all(db: Db): Promise<readonly StoredModelWatch[]> {
    return (await db.selectFrom('model_watches').select(shown).orderBy('channel_id').execute()).map(read);
  },

  /** One with what is known of its upstream. */
  async find(
    db: Db,
    channelId: string,
  ): Promise<{ readonly watch: StoredModelWatch; readonly known: Known } | undefined> {
    const row = await db.selectFrom('model_watches').selectAll().where('channel_id', '=', channelId).executeTakeFirst();
    if (row === undefined) return undefined;
    return { watch: read(row), known: row.known_json === null ? undefined : new Set(texts(readJson(row.known_json))) };
  },

  /** Replaces what there is of the channel. */
  async put(db: Db, watch: StoredModelWatch, known: Known): Promise<void> {
    await modelWatchRepository.remove(db, watch.channelId);
    await db
      .insertInto('model_watches')
      .values({
        channel_id: watch.channelId,
        checked_at: watch.checkedAt,
        problem: watch.problem ?? null,
        known_json: known === undefined ? null : JSON.stringify([...known]),
        found_json: JSON.stringify(watch.found),
        found_at: watch.foundAt ?? null,
      })
      .execute();
  },

  async remove(db: Db, channelId: string): Promise<void> {
    await db.deleteFrom('model_watches').where('channel_id', '=', channelId).execute();
  },
};
