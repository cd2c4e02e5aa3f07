import type { StoredSetting } from '../../domain/configuration.ts';
import { readJson } from './json-column.ts';
import type { Db } from '../database.ts';

/** The leaves of the settings tree that are not at their defaults. */
export const settingRepository = {
  async all(db: Db): Promise<readonly StoredSetting[]> {
    const rows = await db.selectFrom('settings').selectAll().orderBy('path').execute();
    return rows.map((row) => ({
      path: row.path,
      value: readJson(row.value_json),
      owner: row.owner ?? undefined,
      updatedAt: row.updated_at,
      updatedBy: row.updated_by,
    }));
  },

  /** Replaces the row of the path, whether there is one or not. */
  async put(db: Db, setting: StoredSetting): Promise<void> {
    await db.deleteFrom('settings').where('path', '=', setting.path).execute();
    await db
      .insertInto('settings')
      .values({
        path: setting.path,
        value_json: JSON.stringify(setting.value),
        owner: setting.owner ?? null,
        updated_at: setting.updatedAt,
        updated_by: setting.updatedBy,
      })
      .execute();
  },

  async remove(db: Db, path: string): Promise<void> {
    await db.deleteFrom('settings').where('path', '=', path).execute();
  },
};
