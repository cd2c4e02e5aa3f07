import { channelFields } from '@tollgate/contract/entities/channel';
import type { ProviderKeyOwner, StoredProviderKey } from '../domain/configuration.ts';
import { readDisabled, readModels } from './configuration/channels.ts';
import { readJson, textFields } from './configuration/json-column.ts';
import type { Db } from './database.ts';
import { allOf, inChunks, inPages } from './pages.ts';
import type { RowOf } from './tables.ts';

const settingsSchema = channelFields.settings.schema;

const atOnce = 50;

const read = (row: RowOf<'provider_keys'>): StoredProviderKey => ({
  id: row.id,
  owner: { kind: row.owner_kind, id: row.owner_id },
  name: row.name,
  provider: row.provider,
  settings: settingsSchema.catch({}).parse(readJson(row.settings_json)),
  models: readModels(row.models_json),
  placement: row.placement,
  sealed: row.sealed,
  hints: textFields(readJson(row.hints_json)),
  enabled: row.enabled === 1,
  stopped: readDisabled({
    disabled_at: row.stopped_at,
    disabled_by: row.stopped_by,
    disabled_reason: row.stopped_reason,
  }),
  disabled: readDisabled(row),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const write = (key: StoredProviderKey): RowOf<'provider_keys'> => ({
  id: key.id,
  owner_kind: key.owner.kind,
  owner_id: key.owner.id,
  name: key.name,
  provider: key.provider,
  settings_json: JSON.stringify(key.settings),
  models_json: JSON.stringify(key.models),
  placement: key.placement,
  sealed: key.sealed,
  hints_json: JSON.stringify(key.hints),
  enabled: key.enabled ? 1 : 0,
  stopped_reason: key.stopped?.reason ?? null,
  stopped_by: key.stopped?.by ?? null,
  stopped_at: key.stopped?.at ?? null,
  disabled_reason: key.disabled?.reason ?? null,
  disabled_by: key.disabled?.by ?? null,
  disabled_at: key.disabled?.at ?? null,
  created_at: key.createdAt,
  updated_at: key.updatedAt,
});

/** Keys that people and teams bring to providers. Nothing here opens a sealed text. */
export const providerKeyRepository = {
  /** Everybody's, by id, some at a time. */
  pages: (db: Db): AsyncIterable<readonly StoredProviderKey[]> =>
    inPages(async (after, limit) => {
      const rows = db.selectFrom('provider_keys').selectAll().orderBy('id').limit(limit);
      return (await (after === undefined ? rows : rows.where('id', '>', after.id)).execute()).map(read);
    }, atOnce),

  async all(db: Db): Promise<readonly StoredProviderKey[]> {
    return await allOf(providerKeyRepository.pages(db));
  },

  /** Those of the named that there are, some at a time. */
  some: (db: Db, ids: Iterable<string>): AsyncIterable<readonly StoredProviderKey[]> =>
    inChunks(
      ids,
      async (chunk) => (await db.selectFrom('provider_keys').selectAll().where('id', 'in', chunk).execute()).map(read),
      atOnce,
    ),

  /** Those of an owner, by name. */
  async ofOwner(db: Db, { kind, id }: ProviderKeyOwner): Promise<readonly StoredProviderKey[]> {
    const rows = await db
      .selectFrom('provider_keys')
      .selectAll()
      .where('owner_id', '=', id)
      .where('owner_kind', '=', kind)
      .orderBy('name')
      .execute();
    return rows.map(read);
  },

  async find(db: Db, id: string): Promise<StoredProviderKey | undefined> {
    const row = await db.selectFrom('provider_keys').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  /** Throws a unique violation for a name that its owner has given already. */
  async insert(db: Db, key: StoredProviderKey): Promise<void> {
    await db.insertInto('provider_keys').values(write(key)).execute();
  },

  async update(db: Db, key: StoredProviderKey): Promise<void> {
    await db.updateTable('provider_keys').set(write(key)).where('id', '=', key.id).execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('provider_keys').where('id', '=', id).execute();
  },
};
