import { groupInputSchema, groupPatchSchema, groupSchema } from '../api/configuration.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';
import { nameParams } from './params.ts';

/** Groups and their multipliers. */
export const groupOperations = declare({
  'groups.list': {
    method: 'get',
    path: '/groups',
    permission: 'groups:read',
    summary: 'List groups',
    answer: listOf(groupSchema),
  },
  'groups.create': {
    method: 'post',
    path: '/groups',
    permission: 'groups:write',
    summary: 'Create a group',
    body: groupInputSchema,
    answer: groupSchema,
    status: 201,
  },
  'groups.read': {
    method: 'get',
    path: '/groups/{name}',
    permission: 'groups:read',
    summary: 'Read a group',
    params: nameParams,
    answer: groupSchema,
  },
  'groups.update': {
    method: 'patch',
    path: '/groups/{name}',
    permission: 'groups:write',
    summary: 'Change a group',
    params: nameParams,
    body: groupPatchSchema,
    answer: groupSchema,
  },
  'groups.delete': {
    method: 'delete',
    path: '/groups/{name}',
    permission: 'groups:write',
    summary: 'Remove a group',
    params: nameParams,
  },
});
