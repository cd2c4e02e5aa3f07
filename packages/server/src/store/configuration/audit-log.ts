import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { AuditEntry } from '../../domain/configuration.ts';
import { appendLink } from './audit-chain.ts';
import { auditOrigin } from './audit-origin.ts';
import { readJson } from './json-column.ts';
import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

export type AuditQuery = {
  /** Only entries with a lower id, for the next page. */
  readonly before?: number | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  /** What was done begins so, such as `channel.`. */
  readonly action?: string | undefined;
  /** Moments, ms since the epoch: from, and before. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Is somewhere in what it was done to, how that was and is, from where or why. */
  readonly text?: string | undefined;
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
  address: row.address,
  reason: row.reason,
  seq: row.seq,
  hash: row.hash,
});

/** An entry as it is to be written; from where and why is known of the call. */
type NewEntry = Pick<AuditEntry, 'at' | 'actor' | 'action' | 'subject' | 'before' | 'after'>;

/** Where a text is looked for. */
const searched = ['subject', 'before_json', 'after_json', 'address', 'reason'] as const;

/**
 * Whether a column is like a text whose own wildcards mean themselves and which anything may follow, or go before too. Both
 * are made small, because `like` of SQLite does not tell capitals apart and that of the others does.
 */
const isLike = (column: string, before: '' | '%', text: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`lower(${sql.ref(column)}) like lower(${`${before}${text.replaceAll(/[!%_]/g, '!$&')}%`}) escape '!'`;

/** What was changed, by whom. Entries are only ever inserted. */
export const auditRepository = {
  async append(db: Db, entry: NewEntry): Promise<void> {
    const { before, after, at, actor, action, subject } = entry;
    const content = {
      at,
      actor,
      action,
      subject,
      before_json: JSON.stringify(before),
      after_json: JSON.stringify(after),
      ...auditOrigin(),
    };
    if (db.isTransaction) await appendLink(db, content);
    else await db.transaction().execute((transaction) => appendLink(transaction, content));
  },

  /** Newest first. */
  async page(db: Db, query: AuditQuery): Promise<readonly AuditEntry[]> {
    let select = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(query.limit);
    if (query.before !== undefined) select = select.where('id', '<', query.before);
    if (query.actor !== undefined) select = select.where('actor', '=', query.actor);
    if (query.subject !== undefined) select = select.where('subject', '=', query.subject);
    if (query.action !== undefined) select = select.where(isLike('action', '', query.action));
    if (query.since !== undefined) select = select.where('at', '>=', query.since);
    if (query.until !== undefined) select = select.where('at', '<', query.until);
    if (query.text !== undefined) {
      const { text } = query;
      select = select.where((is) => is.or(searched.map((column) => isLike(column, '%', text))));
    }
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
