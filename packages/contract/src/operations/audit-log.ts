import { auditChainSchema, auditEntrySchema, auditFileQuerySchema, auditQuerySchema } from '../api/configuration.ts';
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
  'audit.export': {
    kind: 'file',
    method: 'get',
    path: '/audit/file',
    permission: 'audit:read',
    summary: 'The audit log as CSV or JSON Lines, newest first',
    query: auditFileQuerySchema,
    contentTypes: ['text/csv', 'application/x-ndjson'],
  },
  'audit.verify': {
    method: 'get',
    path: '/audit/chain',
    permission: 'audit:read',
    summary: 'Follow the chain of the audit log, and tell what does not fit',
    answer: auditChainSchema,
  },
});
