import type { AuditEntryView } from '@tollgate/contract/api/configuration';
import { isShownTo } from '@tollgate/contract/settings/leaf';
import type { Audience } from '@tollgate/contract/settings/leaf';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { AuditQuery } from '../../store/configuration/audit-log.ts';
import type { Db } from '../../store/database.ts';
import { namesOfChannels, namesOfKeys, namesOfUsers, type Named } from '../../store/names.ts';
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
  const { db } = context.database;
  const entries = await auditRepository.page(db, { ...query, onlySettings });
  const names = await namesOf(
    db,
    entries.flatMap(({ actor, subject }) => [actor, subject]),
  );
  return entries.map((entry) => {
    const before = entry.before as AuditEntryView['before'];
    const after = entry.after as AuditEntryView['after'];
    return {
      ...entry,
      before,
      after,
      actorName: names.get(entry.actor) ?? null,
      // What is gone is called as it was.
      subjectName: names.get(entry.subject) ?? ownName(after) ?? ownName(before) ?? null,
    };
  });
}

const finders: Readonly<Record<string, (db: Db, ids: readonly string[]) => Promise<readonly Named[]>>> = {
  user: namesOfUsers,
  key: namesOfKeys,
  channel: namesOfChannels,
};

/** The names that things like `user:usr_…` have now. */
export async function namesOf(db: Db, things: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [kind, find] of Object.entries(finders)) {
    const prefix = `${kind}:`;
    const ids = new Set(things.filter((thing) => thing.startsWith(prefix)).map((thing) => thing.slice(prefix.length)));
    for (const { id, name } of await find(db, [...ids])) found.set(`${prefix}${id}`, name);
  }
  return found;
}

function ownName(state: AuditEntryView['before']): string | undefined {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return undefined;
  const { name, email } = state;
  return typeof email === 'string' ? email : typeof name === 'string' ? name : undefined;
}
