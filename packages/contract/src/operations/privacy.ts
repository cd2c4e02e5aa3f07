import { listOf } from '../api/page.ts';
import {
  accountExportInputSchema,
  accountExportSchema,
  deletionInputSchema,
  deletionStateSchema,
} from '../api/privacy.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** What is kept of people: a file of it for themselves, and its end. */
export const privacyOperations = declare({
  'accountExports.list': {
    method: 'get',
    path: '/me/exports',
    permission: 'account:read',
    summary: 'Files of all that is kept of one, latest first',
    answer: listOf(accountExportSchema),
  },
  'accountExports.create': {
    method: 'post',
    path: '/me/exports',
    permission: 'account:write',
    proof: true,
    summary: 'Have all that is kept of one written to a file, in the background; kept as long as the settings say',
    body: accountExportInputSchema,
    answer: accountExportSchema,
    status: 202,
  },
  'accountExports.delete': {
    method: 'delete',
    path: '/me/exports/{id}',
    permission: 'account:write',
    summary: 'Remove such a file, or stop it',
    params: idParams,
  },
  'accountExports.download': {
    kind: 'file',
    method: 'get',
    path: '/me/exports/{id}/file',
    permission: 'account:read',
    proof: true,
    summary: 'Such a file, once it is done',
    params: idParams,
    contentTypes: ['application/json'],
  },
  'deletion.read': {
    method: 'get',
    path: '/me/deletion',
    permission: 'account:read',
    summary: 'Whether and when one’s account is erased, and what that takes',
    answer: deletionStateSchema,
  },
  'deletion.request': {
    method: 'post',
    path: '/me/deletion',
    permission: 'account:write',
    proof: true,
    summary: 'Have one’s account erased, after a time in which that can be taken back; needs a session',
    answer: deletionStateSchema,
    status: 202,
  },
  'deletion.undo': {
    method: 'delete',
    path: '/me/deletion',
    permission: 'account:write',
    summary: 'Keep one’s account after all; needs a session',
  },
  'users.readDeletion': {
    method: 'get',
    path: '/users/{id}/deletion',
    permission: 'users:read',
    summary: 'Whether and when an account is erased, and what that takes',
    params: idParams,
    answer: deletionStateSchema,
  },
  'users.requestDeletion': {
    method: 'post',
    path: '/users/{id}/deletion',
    permission: 'users:write',
    proof: true,
    summary: 'Disable an account, and have it erased after a time in which that can be taken back',
    params: idParams,
    body: deletionInputSchema,
    answer: deletionStateSchema,
    status: 202,
  },
  'users.undoDeletion': {
    method: 'delete',
    path: '/users/{id}/deletion',
    permission: 'users:write',
    summary: 'Keep an account after all, and enable it where it was disabled for that',
    params: idParams,
  },
});
