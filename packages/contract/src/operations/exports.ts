import { exportInputSchema, exportSchema } from '../api/exports.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Files of the request log, made in the background and kept for a while for who asked for them. */
export const exportOperations = declare({
  'exports.list': {
    method: 'get',
    path: '/exports',
    permission: 'requests:read',
    summary: 'List one’s exports, latest first',
    answer: listOf(exportSchema),
  },
  'exports.create': {
    method: 'post',
    path: '/exports',
    permission: 'requests:read',
    summary: 'Export requests to a file, in the background',
    body: exportInputSchema,
    answer: exportSchema,
    status: 202,
  },
  'exports.read': {
    method: 'get',
    path: '/exports/{id}',
    permission: 'requests:read',
    summary: 'How far an export is',
    params: idParams,
    answer: exportSchema,
  },
  'exports.delete': {
    method: 'delete',
    path: '/exports/{id}',
    permission: 'requests:read',
    summary: 'Remove an export, or stop it',
    params: idParams,
  },
  'exports.download': {
    kind: 'file',
    method: 'get',
    path: '/exports/{id}/file',
    permission: 'requests:read',
    summary: 'The file of an export that is done',
    params: idParams,
    contentTypes: ['text/csv', 'application/x-ndjson'],
  },
});
