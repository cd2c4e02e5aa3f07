import type { Owner } from '../../domain/configuration.ts';
import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';
import { readJson, texts } from './json-column.ts';

/** A named list of models. */
export type StoredModelBundle = {
  readonly name: string;
  readonly description: string;
  /** Names under which clients ask, in the order of the form. */
  readonly models: readonly string[];
  readonly owner: Owner;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
};

const read = (row: RowOf<'model_bundles'>): StoredModelBundle => ({
  name: row.name,
  description: row.description,
  models: texts(readJson(row.models_json)),
  owner: row.owner ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const write = ({
  name,
  description,
  models,
  owner,
  createdAt,
  updatedAt,
}: StoredModelBundle): RowOf<'model_bundles'> => ({
  name,
  description,
  models_json: JSON.stringify(models),
  owner: owner ?? null,
  created_at: createdAt,
  updated_at: updatedAt,
});

export const modelBundleRepository = {
  /** Every bundle, by name. */
  async all(db: Db): Promise<readonly StoredModelBundle[]> {
    return (await db.selectFrom('model_bundles').selectAll().orderBy('name').execute()).map(read);
  },

  async find(db: Db, name: string): Promise<StoredModelBundle | undefined> {
    const row = await db.selectFrom('model_bundles').selectAll().where('name', '=', name).executeTakeFirst();
    return row && read(row);
  },

  async insert(db: Db, bundle: StoredModelBundle): Promise<void> {
    await db.insertInto('model_bundles').values(write(bundle)).execute();
  },

  /** Replaces the bundle of that name, which may get another one. */
  async update(db: Db, name: string, bundle: StoredModelBundle): Promise<void> {
    await db.updateTable('model_bundles').set(write(bundle)).where('name', '=', name).execute();
  },

  async remove(db: Db, name: string): Promise<void> {
    await db.deleteFrom('model_bundles').where('name', '=', name).execute();
  },
};
