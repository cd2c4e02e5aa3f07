import type { UserPatch } from '@tollgate/contract/api/people';
import { changesOf } from '@tollgate/contract/entities/field';
import { userFields } from '@tollgate/contract/entities/user';
import { may, reachesAny } from '@tollgate/contract/permissions';
import type { Json } from '@tollgate/wire/protocol';
import { Refusal } from '../../domain/refusal.ts';
import { accountDeletionRepository } from '../../store/account-deletions.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import type { Db } from '../../store/database.ts';
import { userRepository, type User } from '../../store/users.ts';
import { toJson } from '../configuration/masking.ts';
import { recordWrite } from '../record-write.ts';
import { revokeAllWithin } from './access-tokens.ts';
import { mayManage, type AccountDeps, type Actor } from './account-deps.ts';
import { changeUsername, noGroup, renamePerson, replacePassword } from './people.ts';
import { requireRole } from './roles.ts';

/**
 * Changes a user on behalf of an administrator. Administrators manage users; only root manages administrators and
 * roots and gives out roles. Nobody changes their own role or disables themselves, and one root stays.
 */
export async function changePerson(deps: AccountDeps, actor: Actor, id: string, patch: UserPatch): Promise<User> {
  const before = await userRepository.find(deps.database.db, id);
  if (before === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, before)) throw new Refusal('forbidden', 'Only root may change administrators.');
  if ((await accountDeletionRepository.find(deps.database.db, id))?.erasedAt)
    throw new Refusal('conflict', 'This account was erased.');
  refuseOwnRights(actor, before, patch);
  if (patch.enabled === false && actor.userId === id)
    throw new Refusal('forbidden', 'Nobody disables themselves.', { param: 'enabled' });
  if (patch.group !== undefined && patch.group !== before.group && !deps.snapshot().groups.has(patch.group))
    throw noGroup(patch.group, 'group');

  if (patch.password !== undefined) await replacePassword(deps, id, patch.password);
  if (patch.name !== undefined) await renamePerson(deps, id, patch.name);
  if (patch.username !== undefined) await changeUsername(deps, before, patch.username);
  const { role, group } = patch;
  // A root has none; those from before would be there again once they are root no more.
  const exceptions = role === 'root' && before.roleName !== 'root' ? {} : patch.exceptions;
  const place = { role, exceptions, group, ...changesOf(userFields, patch) };
  const at = deps.now();
  await deps.database.transact(async (db) => {
    if (role !== undefined) await requireRole(db, role);
    const losesRoot = before.role === 'root' && (place.enabled === false || (place.role ?? 'root') !== 'root');
    if (losesRoot) await userRepository.holdRoots(db);
    await userRepository.update(db, id, place, at);
    if (losesRoot && (await userRepository.countRoots(db)) === 0)
      throw new Refusal('conflict', 'One enabled root must remain.');
    await endGrants(db, actor, before, at);
    if (place.enabled === false || patch.password !== undefined || changesRights(before, patch))
      await userRepository.deleteSessions(db, id);
    if (patch.password !== undefined) await revokeAllWithin(db, actor, id, 'a new password', at);
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'user',
      action: 'update',
      ref: id,
      before: shownOf({ ...before, role: before.roleName }, patch),
      after: shownOf({ ...patch, ...place }, patch),
    });
  });
  const after = await userRepository.find(deps.database.db, id);
  if (after === undefined) throw new Refusal('not_found', 'There is no such user.');
  return after;
}

/**
 * A group that is taken from a user is taken from the keys that were given it too, and who is no administrator any more
 * keeps nothing that they may have given their own keys.
 */
async function endGrants(db: Db, actor: Actor, before: User, at: number): Promise<void> {
  const after = (await userRepository.find(db, before.id)) ?? before;
  const demoted = reachesAny('keys:write', before) && !reachesAny('keys:write', after);
  if (!demoted && after.group === before.group) return;
  for (const ref of await apiKeyRepository.endGrants(db, before.id, demoted ? undefined : before.group, at))
    await recordWrite(db, {
      at,
      actor: actor.label,
      kind: 'key',
      action: 'update',
      ref,
      before: null,
      after: demoted ? { groupGranted: false, fallbacks: null, passFields: null } : { groupGranted: false },
    });
}

/** Whether a patch gives somebody other rights than they have. */
const changesRights = (before: User, { role, exceptions }: UserPatch): boolean =>
  (role !== undefined && role !== before.roleName) ||
  (exceptions !== undefined && !Bun.deepEquals(exceptions, before.exceptions));

/** Rights are root's to give; nobody changes their own, and a root has no exceptions. */
function refuseOwnRights(actor: Actor, before: User, patch: UserPatch): void {
  if (!changesRights(before, patch)) return;
  const param = patch.role !== undefined && patch.role !== before.roleName ? 'role' : 'exceptions';
  if (!may('administrators:write', actor))
    throw new Refusal('forbidden', 'Only root may change roles and what somebody may do beside them.', { param });
  if (actor.userId === before.id) throw new Refusal('forbidden', 'Nobody changes their own rights.', { param });
  if ((patch.role ?? before.roleName) === 'root' && Object.keys(patch.exceptions ?? {}).length > 0)
    throw new Refusal('invalid_request', 'A root has every permission, without exception.', { param: 'exceptions' });
}

/** The fields a patch names, with their values; of a password only that it changed. */
function shownOf(values: (Omit<User, 'role'> & { readonly role: string }) | UserPatch, patch: UserPatch): Json {
  const { password, ...named } = patch;
  const shown: Record<string, Json> = {};
  const fields = new Map<string, unknown>(Object.entries(values));
  for (const name of Object.keys(named)) shown[name] = toJson(fields.get(name) ?? null);
  if (password !== undefined) shown['password'] = '(hidden)';
  return shown;
}
