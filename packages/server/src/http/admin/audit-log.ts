import type { auditOperations } from '@tollgate/contract/operations/audit-log';
import { audienceOf } from '@tollgate/contract/settings/leaf';
import { auditFile } from '../../services/configuration/audit-file.ts';
import { verifyAudit } from '../../services/configuration/audit-seals.ts';
import { listAudit } from '../../services/configuration/list-audit.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

export const auditHandlers = ({ configuration, accounts }: AdminDeps): Handlers<typeof auditOperations> => ({
  'audit.list': async ({ query: { limit, after, ...filters } }, { caller }) => {
    if (after !== undefined && !/^\d{1,15}$/.test(after))
      throw new Refusal('invalid_request', 'is not the `next` of a page', { param: 'after' });
    const before = after === undefined ? undefined : Number(after);
    const rows = await listAudit(configuration, { limit: limit + 1, before, ...filters }, audienceOf(caller.user));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return { data: rows.slice(0, limit), next: last === undefined ? null : String(last.id) };
  },
  'audit.export': ({ query: { format, ...filters } }, { caller }) => {
    const day = new Date(accounts.now()).toISOString().slice(0, 10);
    return Promise.resolve({
      contentType: format === 'csv' ? 'text/csv' : 'application/x-ndjson',
      name: `audit-${day}.${format}`,
      bytes: auditFile(configuration, filters, audienceOf(caller.user), format),
    });
  },
  'audit.verify': async () => {
    const { problems, ...verdict } = await verifyAudit(configuration);
    return { ...verdict, problems: [...problems] };
  },
});
