import type { AuditEntry } from '../../domain/configuration.ts';
import { readJson } from './json-column.ts';
import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

export type AuditQuery = {
  /** Only entries with a lower id, for the next page. */
  readonly before?: number | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  /** Leaves out what was done to other settings than these. */
  readonly onlySettings?: readonly string[] | undefined;
  readonly limit: number;
};

const read = (row: RowOf<'audit_log'>): AuditEntry => ({
  id: row.id,
  at: row.at,
  actor: row.actor,
  action: row.action,
  subject: row.subject,
  before: readJson(row.before_json),
  after: readJson(row.after_json),
});

/** What was changed, by whom. Entries are only ever inserted. */
export const auditRepository = {
  async append(db: Db, entry: Omit<AuditEntry, 'id'>): Promise<void> {
    await db
      .insertInto('audit_log')
      .values({
        at: entry.at,
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        before_json: JSON.stringify(entry.before),
        after_json: JSON.stringify(entry.after),
      })
      .execute();
  },

  /** Newest first. */
  async page(db: Db, query: AuditQuery): Promise<readonly AuditEntry[]> {
    let select = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(query.limit);
    if (query.before !== undefined) select = select.where('id', '<', query.before);
    if (query.actor !== undefined) select = select.where('actor', '=', query.actor);
    if (query.subject !== undefined) select = select.where('subject', '=', query.subject);
    const { onlySettings } = query;
    if (onlySettings !== undefined) {
      const subjects = onlySettings.map((path) => `setting:${path}`);
      select = select.where((is) => is.or([is('subject', 'not like', 'setting:%'), is('subject', 'in', subjects)]));
    }
    return (await select.execute()).map(read);
  },

  /** The entries after one, oldest first. */
  async since(db: Db, id: number, limit: number): Promise<readonly AuditEntry[]> {
    const select = db.selectFrom('audit_log').selectAll().where('id', '>', id).orderBy('id').limit(limit);
    return (await select.execute()).map(read);
  },
};
