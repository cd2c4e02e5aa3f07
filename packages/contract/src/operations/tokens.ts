import { newTokenSchema, tokenInputSchema, tokenListSchema } from '../api/keys.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** One's own access tokens of the admin API. */
export const tokenOperations = declare({
  'tokens.list': {
    method: 'get',
    path: '/tokens',
    permission: 'tokens:read',
    summary: 'List one’s access tokens',
    answer: tokenListSchema,
  },
  'tokens.create': {
    method: 'post',
    path: '/tokens',
    permission: 'tokens:write',
    proof: true,
    summary: 'Create an access token; its text is in this answer only',
    body: tokenInputSchema,
    answer: newTokenSchema,
    status: 201,
  },
  'tokens.delete': {
    method: 'delete',
    path: '/tokens/{id}',
    permission: 'tokens:write',
    summary: 'Revoke an access token, and those that were made by it',
    params: idParams,
  },
});
