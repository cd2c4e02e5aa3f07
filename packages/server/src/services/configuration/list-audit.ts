import type { AuditEntryView } from '@tollgate/contract/api/configuration';
import { isShownTo } from '@tollgate/contract/settings/leaf';
import type { Audience } from '@tollgate/contract/settings/leaf';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { AuditQuery } from '../../store/configuration/audit-log.ts';
import type { ConfigurationContext } from './context.ts';

/**
 * Who changed what, newest first; `before` is the id of the last entry of the page before. The history of a setting is
 * for those who may see the setting; of one that is gone nobody knows who that was, so it is for root.
 */
export async function listAudit(
  context: Pick<ConfigurationContext, 'database' | 'settings'>,
  query: Omit<AuditQuery, 'onlySettings'>,
  reader: Audience,
): Promise<readonly AuditEntryView[]> {
  const visible = context.settings.leaves.filter((leaf) => isShownTo(leaf.audience, reader));
  const onlySettings = reader === 'root' ? undefined : visible.map((leaf) => leaf.path);
  const entries = await auditRepository.page(context.database.db, { ...query, onlySettings });
  return entries.map((entry) => ({
    ...entry,
    before: entry.before as AuditEntryView['before'],
    after: entry.after as AuditEntryView['after'],
  }));
}
