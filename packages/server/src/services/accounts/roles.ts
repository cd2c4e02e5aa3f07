import type { RoleInput, RolePatch, RoleView } from '@tollgate/contract/api/roles';
import { permissionNames, permissions, roles, type Role } from '@tollgate/contract/permissions';
import { Refusal } from '../../domain/refusal.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { roleRepository, type StoredRole } from '../../store/roles.ts';
import { toJson } from '../configuration/masking.ts';
import { recordWrite } from '../record-write.ts';
import type { AccountDeps } from './account-deps.ts';

type RoleDeps = Pick<AccountDeps, 'database' | 'now'>;

/** The built-in roles, the most powerful first, and then those of the operator's own by name. */
export async function listRoles({ database: { db } }: RoleDeps): Promise<readonly RoleView[]> {
  const people = await roleRepository.countPeople(db);
  const builtIn = roles.map((name) => ({ ...builtInView(name), people: people.get(name) ?? 0 }));
  const own = await roleRepository.all(db);
  return [...builtIn, ...own.map((role) => present(role, people.get(role.name) ?? 0))];
}

export async function createRole(deps: RoleDeps, actor: string, input: RoleInput): Promise<RoleView> {
  const at = deps.now();
  const role: StoredRole = { ...input, owner: undefined, createdAt: at, updatedAt: at };
  try {
    await deps.database.transact((db) => writeRole(db, { actor, at, before: undefined, after: role }));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', `There is a role "${input.name}" already.`, { param: 'name' });
  }
  return present(role, 0);
}

/** Changes what the patch names. Whoever has the role has what it has now, at their next call. */
export async function updateRole(deps: RoleDeps, actor: string, name: string, patch: RolePatch): Promise<RoleView> {
  const at = deps.now();
  const after = await deps.database.transact(async (db) => {
    const before = await mustFind(db, name, actor);
    const role: StoredRole = {
      ...before,
      description: patch.description ?? before.description,
      permissions: patch.permissions ?? before.permissions,
      updatedAt: at,
    };
    await writeRole(db, { actor, at, before, after: role });
    return role;
  });
  return present(after, (await roleRepository.countPeople(deps.database.db)).get(name) ?? 0);
}

/** Refuses while somebody has it: nobody's rights change by the way. */
export async function deleteRole(deps: RoleDeps, actor: string, name: string): Promise<void> {
  await deps.database.transact(async (db) => {
    const before = await mustFind(db, name, actor);
    const people = await roleRepository.people(db, name);
    if (people.length > 0)
      throw new Refusal('conflict', `${people.length} people have the role "${name}". Give them another one first.`);
    await writeRole(db, { actor, at: deps.now(), before, after: undefined });
  });
}

/**
 * Writes a role with its audit entry; also for the config file. Who may no longer change the keys of others keeps
 * nothing that they gave their own keys as if they might.
 */
export async function writeRole(
  db: Db,
  change: {
    readonly actor: string;
    readonly at: number;
    readonly before: StoredRole | undefined;
    readonly after: StoredRole | undefined;
  },
): Promise<void> {
  const { actor, at, before, after } = change;
  const ref = after?.name ?? before?.name ?? '';
  if (after === undefined) await roleRepository.remove(db, ref);
  else if (before === undefined) await roleRepository.insert(db, after);
  else await roleRepository.update(db, after);
  const action = after === undefined ? 'delete' : before === undefined ? 'create' : 'update';
  await recordWrite(db, { actor, at, kind: 'role', action, ref, before: shown(before), after: shown(after) });
  if (before?.permissions['keys:write'] !== 'any' || after?.permissions['keys:write'] === 'any') return;
  for (const userId of await roleRepository.people(db, ref))
    for (const key of await apiKeyRepository.endGrants(db, userId, undefined, at))
      await recordWrite(db, {
        actor,
        at,
        kind: 'key',
        action: 'update',
        ref: key,
        before: null,
        after: { groupGranted: false, fallbacks: null, passFields: null },
      });
}

/** Refuses the name of a role that does not exist; one of the operator's own stays until the transaction ends. */
export async function requireRole(db: Db, name: string): Promise<void> {
  if (roles.some((role) => role === name) || (await roleRepository.hold(db, name))) return;
  throw new Refusal('invalid_request', `There is no role "${name}".`, { param: 'role' });
}

const shown = (role: StoredRole | undefined) =>
  toJson(role === undefined ? null : { description: role.description, permissions: role.permissions });

async function mustFind(db: Db, name: string, actor: string): Promise<StoredRole> {
  if (roles.some((role) => role === name))
    throw new Refusal('forbidden', `The role "${name}" comes with the gateway and stays as it is.`);
  // Held, so that nobody is given it meanwhile.
  if (!(await roleRepository.hold(db, name))) throw new Refusal('not_found', `There is no role "${name}".`);
  const role = await roleRepository.find(db, name);
  if (role === undefined) throw new Refusal('not_found', `There is no role "${name}".`);
  if (role.owner === undefined || role.owner === actor) return role;
  throw new Refusal(
    'owned_by_file',
    `Role "${name}" is managed by ${role.owner.replace(/^file:/, '')}; change it there.`,
  );
}

const present = (role: StoredRole, people: number): RoleView => ({
  name: role.name,
  description: role.description,
  builtIn: false,
  permissions: role.permissions,
  people,
  owner: role.owner ?? null,
  updatedAt: role.updatedAt,
});

function builtInView(name: Role): Omit<RoleView, 'people'> {
  const granted: RoleView['permissions'] = {};
  for (const permission of permissionNames) {
    const reach = permissions[permission][name];
    if (reach !== undefined) granted[permission] = reach;
  }
  return { name, description: '', builtIn: true, permissions: granted, owner: null, updatedAt: null };
}
