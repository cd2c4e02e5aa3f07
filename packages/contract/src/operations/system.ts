import { listOf } from '../api/page.ts';
import { bookCheckSchema, systemSchema } from '../api/system.ts';
import { declare } from './declare.ts';

/** What a gateway consists of, and whether its books agree. */
export const systemOperations = declare({
  'system.read': {
    method: 'get',
    path: '/system',
    permission: 'status:read',
    summary: 'Nodes, outbox, jobs and version',
    answer: systemSchema,
  },
  'books.checks': {
    method: 'get',
    path: '/book-checks',
    permission: 'status:read',
    summary: 'The last verdicts on the books, latest first',
    answer: listOf(bookCheckSchema),
  },
  'books.check': {
    method: 'post',
    path: '/book-checks',
    permission: 'jobs:write',
    summary: 'Recompute the books as `tollgate verify` does, in a job',
    answer: bookCheckSchema,
    status: 202,
  },
});
