import { groupInputSchema, groupPatchSchema, groupSchema } from '@tollgate/contract/api/configuration';
import { listOf } from '@tollgate/contract/api/page';
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from '../../services/configuration/groups.ts';
import type { AdminDeps } from './admin-deps.ts';
import { nameParams } from './id-params.ts';
import { operation } from './operation.ts';

/** Groups and their multipliers. */
export const groupOperations = ({ configuration }: AdminDeps) => [
  operation(
    { name: 'groups.list', method: 'get', path: '/groups', summary: 'List groups', answer: listOf(groupSchema) },
    async () => ({ data: [...(await listGroups(configuration))] }),
  ),
  operation(
    {
      name: 'groups.create',
      method: 'post',
      path: '/groups',
      summary: 'Create a group',
      body: groupInputSchema,
      answer: groupSchema,
    },
    async ({ body }, context) => await createGroup(configuration, context.caller().actor.label, body),
  ),
  operation(
    {
      name: 'groups.read',
      method: 'get',
      path: '/groups/{name}',
      summary: 'Read a group',
      params: nameParams,
      answer: groupSchema,
    },
    async ({ params }) => await getGroup(configuration, params.name),
  ),
  operation(
    {
      name: 'groups.update',
      method: 'patch',
      path: '/groups/{name}',
      summary: 'Change a group',
      params: nameParams,
      body: groupPatchSchema,
      answer: groupSchema,
    },
    async ({ params, body }, context) =>
      await updateGroup(configuration, context.caller().actor.label, params.name, body),
  ),
  operation(
    { name: 'groups.delete', method: 'delete', path: '/groups/{name}', summary: 'Remove a group', params: nameParams },
    async ({ params }, context) => {
      await deleteGroup(configuration, context.caller().actor.label, params.name);
    },
  ),
];
