import type { StoredGroup } from '../../domain/configuration.ts';
import { groupColumns } from '../schema/configuration.ts';
import type { RowOf } from '../tables.ts';
import { inChunks } from '../pages.ts';
import { readJson, textFields } from './json-column.ts';
import type { Db } from '../database.ts';

type GroupRow = RowOf<'routing_groups'>;

export const groupRepository = {
  /** Every group, by name. */
  async all(db: Db): Promise<readonly StoredGroup[]> {
    const rows = await db.selectFrom('routing_groups').selectAll().orderBy('name').execute();
    return rows.map(readGroup);
  },

  /** Those of the named that there are, some at a time. */
  some: (db: Db, names: Iterable<string>): AsyncIterable<readonly StoredGroup[]> =>
    inChunks(names, async (chunk) => {
      const rows = await db.selectFrom('routing_groups').selectAll().where('name', 'in', chunk).execute();
      return rows.map(readGroup);
    }),

  async find(db: Db, name: string): Promise<StoredGroup | undefined> {
    const row = await db.selectFrom('routing_groups').selectAll().where('name', '=', name).executeTakeFirst();
    return row === undefined ? undefined : readGroup(row);
  },

  async insert(db: Db, group: StoredGroup): Promise<void> {
    await db
      .insertInto('routing_groups')
      .values({ name: group.name, created_at: group.createdAt, ...columns(group) })
      .execute();
  },

  /** Replaces everything but name and creation. */
  async update(db: Db, group: StoredGroup): Promise<void> {
    await db.updateTable('routing_groups').set(columns(group)).where('name', '=', group.name).execute();
  },

  async remove(db: Db, name: string): Promise<void> {
    await db.deleteFrom('routing_groups').where('name', '=', name).execute();
  },
};

function columns(group: StoredGroup) {
  const userGroups = Object.fromEntries(
    [...group.userGroups].map(([name, multiplier]) => [name, multiplier.toString()]),
  );
  return {
    // At most 10^12 by the contract's schema, so a number is exact.
    multiplier_millionths: Number(group.multiplier),
    user_groups_json: JSON.stringify(userGroups),
    ...groupColumns.write(group),
    owner: group.owner ?? null,
    updated_at: group.updatedAt,
  };
}

function readGroup(row: GroupRow): StoredGroup {
  const userGroups = Object.entries(textFields(readJson(row.user_groups_json)));
  return {
    name: row.name,
    multiplier: BigInt(row.multiplier_millionths),
    userGroups: new Map(userGroups.map(([name, millionths]) => [name, BigInt(millionths)])),
    ...groupColumns.read(row),
    owner: row.owner ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
