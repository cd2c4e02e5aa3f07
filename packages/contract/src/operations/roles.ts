import { listOf } from '../api/page.ts';
import { roleInputSchema, rolePatchSchema, roleViewSchema } from '../api/roles.ts';
import { declare } from './declare.ts';
import { nameParams } from './params.ts';

/** Roles: sets of permissions that people have. */
export const roleOperations = declare({
  'roles.list': {
    method: 'get',
    path: '/roles',
    permission: 'users:read',
    summary: 'List roles with what each may do',
    answer: listOf(roleViewSchema),
  },
  'roles.create': {
    method: 'post',
    path: '/roles',
    permission: 'administrators:write',
    proof: true,
    summary: 'Make a role',
    body: roleInputSchema,
    answer: roleViewSchema,
    status: 201,
  },
  'roles.update': {
    method: 'patch',
    path: '/roles/{name}',
    permission: 'administrators:write',
    proof: true,
    summary: 'Change what a role may do; in force at once for those who have it',
    params: nameParams,
    body: rolePatchSchema,
    answer: roleViewSchema,
  },
  'roles.delete': {
    method: 'delete',
    path: '/roles/{name}',
    permission: 'administrators:write',
    proof: true,
    summary: 'Remove a role that nobody has',
    params: nameParams,
  },
});
