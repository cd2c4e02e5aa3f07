import { auditEntrySchema } from '@tollgate/contract/api/configuration';
import { pageOf, pageQuerySchema } from '@tollgate/contract/api/page';
import { z } from 'zod';
import { listAudit } from '../../services/configuration/list-audit.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AdminDeps } from './admin-deps.ts';
import { operation } from './operation.ts';

const auditQuery = pageQuerySchema.extend({
  actor: z.string().max(100).optional().describe('Such as `user:usr_…` or `cli`.'),
  subject: z.string().max(400).optional().describe('Such as `channel:ch_…`.'),
});

export const auditOperations = ({ configuration }: AdminDeps) => [
  operation(
    {
      name: 'audit.list',
      method: 'get',
      path: '/audit',
      summary: 'What was changed, by whom',
      query: auditQuery,
      answer: pageOf(auditEntrySchema),
    },
    async ({ query: { limit, after, actor, subject } }) => {
      if (after !== undefined && !/^\d{1,15}$/.test(after))
        throw new Refusal('invalid_request', 'is not the `next` of a page', { param: 'after' });
      const before = after === undefined ? undefined : Number(after);
      const rows = await listAudit(configuration, { limit: limit + 1, before, actor, subject });
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { data: rows.slice(0, limit), next: last === undefined ? null : String(last.id) };
    },
  ),
];
