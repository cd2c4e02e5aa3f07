import { auditEntrySchema, auditQuerySchema } from '../api/configuration.ts';
import { pageOf } from '../api/page.ts';
import { declare } from './declare.ts';

/** What was changed, by whom. */
export const auditOperations = declare({
  'audit.list': {
    method: 'get',
    path: '/audit',
    permission: 'audit:read',
    summary: 'What was changed, by whom',
    query: auditQuerySchema,
    answer: pageOf(auditEntrySchema),
  },
});
