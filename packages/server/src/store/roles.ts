import {
  permissionNames,
  reachesOf,
  type Exceptions,
  type Permission,
  type Reach,
  type Rights,
  type Role,
} from '@tollgate/contract/permissions';
import type { Db } from './database.ts';
import { readJson, textFields } from './configuration/json-column.ts';
import type { RowOf } from './tables.ts';

/** A role of the operator's own. */
export type StoredRole = {
  readonly name: string;
  readonly description: string;
  /** What it has; nothing else. */
  readonly permissions: Readonly<Partial<Record<Permission, Reach>>>;
  /** The config file that owns it. */
  readonly owner: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What a row of `users`, with the permissions of its role if that is one of the operator's own, says of their rights. */
export type RightsRow = {
  readonly role: string;
  readonly role_permissions: string | null;
  readonly exceptions_json: string | null;
};

export type StoredRights = Pick<Rights, 'role' | 'reaches'> & {
  /** The name of the role; `role` is the built-in one that it counts as where the table of permissions is asked. */
  readonly roleName: string;
  readonly exceptions: Exceptions;
};

/** A text of the database as a built-in role; anything unknown has the least power. */
const readRole = (text: string): Role => (text === 'root' || text === 'admin' ? text : 'user');

const isReach = (text: string): text is Reach => text === 'own' || text === 'any';

/** Those of a stored object that are permissions still, with values that `fits` knows. */
function grants<T extends string>(json: string, fits: (text: string) => text is T): Partial<Record<Permission, T>> {
  const stored = textFields(readJson(json));
  const known: Partial<Record<Permission, T>> = {};
  for (const name of permissionNames) {
    const value = stored[name];
    if (value !== undefined && fits(value)) known[name] = value;
  }
  return known;
}

const noExceptions: Exceptions = Object.freeze({});

/** What somebody may do, of their row. */
export function readRights({ role: roleName, role_permissions, exceptions_json }: RightsRow): StoredRights {
  const role = readRole(roleName);
  if (role_permissions === null && exceptions_json === null) return { role, roleName: role, exceptions: noExceptions };
  const exceptions =
    exceptions_json === null
      ? undefined
      : grants(exceptions_json, (text): text is Reach | 'none' => text === 'none' || isReach(text));
  const own = role_permissions === null ? undefined : grants(role_permissions, isReach);
  return {
    role,
    roleName: own === undefined ? role : roleName,
    exceptions: exceptions ?? noExceptions,
    reaches: reachesOf(role, own, exceptions),
  };
}

const read = (row: RowOf<'roles'>): StoredRole => ({
  name: row.name,
  description: row.description,
  permissions: grants(row.permissions_json, isReach),
  owner: row.owner ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const write = ({ permissions, owner, createdAt, updatedAt, ...role }: StoredRole): RowOf<'roles'> => ({
  ...role,
  permissions_json: JSON.stringify(permissions),
  owner: owner ?? null,
  created_at: createdAt,
  updated_at: updatedAt,
});

/** Roles of the operator's own. */
export const roleRepository = {
  async all(db: Db): Promise<readonly StoredRole[]> {
    return (await db.selectFrom('roles').selectAll().orderBy('name').execute()).map(read);
  },

  async find(db: Db, name: string): Promise<StoredRole | undefined> {
    const row = await db.selectFrom('roles').selectAll().where('name', '=', name).executeTakeFirst();
    return row && read(row);
  },

  /** Keeps a role as it is until the transaction ends; false when there is none. */
  async hold(db: Db, name: string): Promise<boolean> {
    const held = await db
      .updateTable('roles')
      .set((is) => ({ updated_at: is.ref('updated_at') }))
      .where('name', '=', name)
      .executeTakeFirst();
    return held.numUpdatedRows > 0n;
  },

  async insert(db: Db, role: StoredRole): Promise<void> {
    await db.insertInto('roles').values(write(role)).execute();
  },

  async update(db: Db, role: StoredRole): Promise<void> {
    await db.updateTable('roles').set(write(role)).where('name', '=', role.name).execute();
  },

  async remove(db: Db, name: string): Promise<void> {
    await db.deleteFrom('roles').where('name', '=', name).execute();
  },

  /** How many people have each role, the built-in ones too. */
  async countPeople(db: Db): Promise<ReadonlyMap<string, number>> {
    const rows = await db
      .selectFrom('users')
      .select((is) => ['role', is.fn.countAll<number>().as('count')])
      .groupBy('role')
      .execute();
    return new Map(rows.map(({ role, count }) => [role, Number(count)]));
  },

  /** The ids of those who have a role. */
  async people(db: Db, name: string): Promise<readonly string[]> {
    const rows = await db.selectFrom('users').select('id').where('role', '=', name).execute();
    return rows.map(({ id }) => id);
  },
};
