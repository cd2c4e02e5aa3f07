import type { auditOperations } from '@tollgate/contract/operations/audit-log';
import { audienceOf } from '@tollgate/contract/settings/leaf';
import { listAudit } from '../../services/configuration/list-audit.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

export const auditHandlers = ({ configuration }: AdminDeps): Handlers<typeof auditOperations> => ({
  'audit.list': async ({ query: { limit, after, actor, subject } }, { caller }) => {
    if (after !== undefined && !/^\d{1,15}$/.test(after))
      throw new Refusal('invalid_request', 'is not the `next` of a page', { param: 'after' });
    const before = after === undefined ? undefined : Number(after);
    const ask = { limit: limit + 1, before, actor, subject };
    const rows = await listAudit(configuration, ask, audienceOf(caller.user));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return { data: rows.slice(0, limit), next: last === undefined ? null : String(last.id) };
  },
});
