import type { groupOperations } from '@tollgate/contract/operations/groups';
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from '../../services/configuration/groups.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Groups and their multipliers. */
export const groupHandlers = ({ configuration }: AdminDeps): Handlers<typeof groupOperations> => ({
  'groups.list': async () => ({ data: [...(await listGroups(configuration))] }),
  'groups.create': async ({ body }, context) => await createGroup(configuration, context.caller.actor.label, body),
  'groups.read': async ({ params }) => await getGroup(configuration, params.name),
  'groups.update': async ({ params, body }, context) =>
    await updateGroup(configuration, context.caller.actor.label, params.name, body),
  'groups.delete': async ({ params }, context) => {
    await deleteGroup(configuration, context.caller.actor.label, params.name);
  },
});
