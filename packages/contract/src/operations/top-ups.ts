import {
  newTopUpKeySchema,
  topUpKeyInputSchema,
  topUpKeyListSchema,
  topUpKeyPatchSchema,
  topUpKeySchema,
} from '../api/top-ups.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Keys by which a shop of the operator's own credits wallets. */
export const topUpOperations = declare({
  'topUpKeys.list': {
    method: 'get',
    path: '/top-up-keys',
    permission: 'payments:read',
    summary: 'List keys of the external top-up API',
    answer: topUpKeyListSchema,
  },
  'topUpKeys.create': {
    method: 'post',
    path: '/top-up-keys',
    permission: 'payments:write',
    summary: 'Make a key of the external top-up API; its secret is in this answer only',
    body: topUpKeyInputSchema,
    answer: newTopUpKeySchema,
    status: 201,
  },
  'topUpKeys.update': {
    method: 'patch',
    path: '/top-up-keys/{id}',
    permission: 'payments:write',
    summary: 'Rename a key of the external top-up API, change its maximum, stop or resume it',
    params: idParams,
    body: topUpKeyPatchSchema,
    answer: topUpKeySchema,
  },
  'topUpKeys.delete': {
    method: 'delete',
    path: '/top-up-keys/{id}',
    permission: 'payments:write',
    summary: 'Remove a key of the external top-up API; what it credited stays',
    params: idParams,
  },
});
