import type { roleOperations } from '@tollgate/contract/operations/roles';
import { createRole, deleteRole, listRoles, updateRole } from '../../services/accounts/roles.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Roles: sets of permissions that people have. */
export const roleHandlers = ({ accounts }: AdminDeps): Handlers<typeof roleOperations> => ({
  'roles.list': async () => ({ data: [...(await listRoles(accounts))] }),
  'roles.create': async ({ body }, { caller }) => await createRole(accounts, caller.actor.label, body),
  'roles.update': async ({ params, body }, { caller }) =>
    await updateRole(accounts, caller.actor.label, params.name, body),
  'roles.delete': async ({ params }, { caller }) => {
    await deleteRole(accounts, caller.actor.label, params.name);
  },
});
