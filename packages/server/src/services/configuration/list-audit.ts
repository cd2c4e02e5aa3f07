import type { AuditEntryView } from '@tollgate/contract/api/configuration';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { AuditQuery } from '../../store/configuration/audit-log.ts';
import type { ConfigurationContext } from './context.ts';

/** Who changed what, newest first; `before` is the id of the last entry of the page before. */
export async function listAudit(
  context: Pick<ConfigurationContext, 'database'>,
  query: AuditQuery,
): Promise<readonly AuditEntryView[]> {
  const entries = await auditRepository.page(context.database.db, query);
  return entries.map((entry) => ({
    ...entry,
    before: entry.before as AuditEntryView['before'],
    after: entry.after as AuditEntryView['after'],
  }));
}
