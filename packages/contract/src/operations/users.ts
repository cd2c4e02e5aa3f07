import {
  creditInputSchema,
  newPasswordResetSchema,
  creditSchema,
  userInputSchema,
  userPageSchema,
  userPatchSchema,
  userQuerySchema,
  userSchema,
} from '../api/people.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** People, for administrators. */
export const userOperations = declare({
  'users.list': {
    method: 'get',
    path: '/users',
    permission: 'users:read',
    summary: 'List users',
    query: userQuerySchema,
    answer: userPageSchema,
  },
  'users.create': {
    method: 'post',
    path: '/users',
    permission: 'users:write',
    proof: ['role'],
    summary: 'Create a user',
    body: userInputSchema,
    answer: userSchema,
    status: 201,
  },
  'users.read': {
    method: 'get',
    path: '/users/{id}',
    permission: 'users:read',
    summary: 'Read a user',
    params: idParams,
    answer: userSchema,
  },
  'users.update': {
    method: 'patch',
    path: '/users/{id}',
    permission: 'users:write',
    proof: ['role', 'password'],
    summary: 'Change, disable or enable a user',
    params: idParams,
    body: userPatchSchema,
    answer: userSchema,
  },
  'users.resetPassword': {
    method: 'post',
    path: '/users/{id}/password-resets',
    permission: 'users:write',
    proof: true,
    summary: 'Make the token of a link with which a user sets a new password, once, within a day',
    params: idParams,
    answer: newPasswordResetSchema,
    status: 201,
  },
  'users.endSessions': {
    method: 'delete',
    path: '/users/{id}/sessions',
    permission: 'users:write',
    summary: 'Sign a user out everywhere; access tokens and API keys stay',
    params: idParams,
  },
  'users.credit': {
    method: 'post',
    path: '/users/{id}/credits',
    permission: 'wallets:write',
    proof: true,
    summary: 'Credit or debit a wallet',
    params: idParams,
    body: creditInputSchema,
    answer: creditSchema,
  },
});
