import {
  accountLoginFinishedSchema,
  accountLoginFinishSchema,
  accountLoginInputSchema,
  accountLoginSchema,
  credentialQuerySchema,
  credentialSchema,
  credentialsChangeSchema,
  credentialsDeleteSchema,
  credentialsSchema,
} from '../api/credentials.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** The accounts of a channel, one by one. */
export const credentialOperations = declare({
  'credentials.list': {
    method: 'get',
    path: '/channels/{id}/credentials',
    permission: 'channels:read',
    summary: 'List the accounts of a channel, with the state of each',
    params: idParams,
    query: credentialQuerySchema,
    answer: listOf(credentialSchema),
  },
  'credentials.append': {
    method: 'post',
    path: '/channels/{id}/credentials',
    permission: 'credentials:write',
    proof: true,
    summary: 'Add accounts to a channel; those that it has already are left out',
    params: idParams,
    body: credentialsSchema,
    answer: listOf(credentialSchema),
  },
  'credentials.login.begin': {
    method: 'post',
    path: '/channels/{id}/credentials/login',
    permission: 'credentials:write',
    summary: 'Begin to sign in at the vendor, for an account that has no key to copy',
    params: idParams,
    body: accountLoginInputSchema,
    answer: accountLoginSchema,
  },
  'credentials.login.finish': {
    method: 'post',
    path: '/channels/{id}/credentials/login/finish',
    permission: 'credentials:write',
    summary: 'End a sign-in at the vendor, and add the account to the channel',
    params: idParams,
    body: accountLoginFinishSchema,
    answer: accountLoginFinishedSchema,
  },
  'credentials.replace': {
    method: 'put',
    path: '/channels/{id}/credentials',
    permission: 'credentials:write',
    proof: true,
    summary: 'Replace the accounts of a channel; those that stay keep their number and state',
    params: idParams,
    body: credentialsSchema,
    answer: listOf(credentialSchema),
  },
  'credentials.change': {
    method: 'post',
    path: '/channels/{id}/credentials/change',
    permission: 'channels:write',
    summary: 'Take accounts of a channel out of use, or back into it',
    params: idParams,
    body: credentialsChangeSchema,
    answer: listOf(credentialSchema),
  },
  'credentials.delete': {
    method: 'post',
    path: '/channels/{id}/credentials/delete',
    permission: 'credentials:write',
    proof: true,
    summary: 'Remove accounts of a channel',
    params: idParams,
    body: credentialsDeleteSchema,
    answer: listOf(credentialSchema),
  },
});
