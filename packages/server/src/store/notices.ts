import { noticeEvents, noticeKinds, type NoticeEvent, type NoticeKindName } from '@tollgate/contract/api/notices';
import { mailLanguages, type MailLanguage } from '@tollgate/contract/settings/mail';
import { z } from 'zod';
import type { Db } from './database.ts';
import type { RowOf } from './tables.ts';

/** Where somebody is told of something. */
export type NoticeTarget = {
  readonly id: string;
  readonly userId: string;
  readonly kind: NoticeKindName;
  readonly name: string;
  readonly enabled: boolean;
  readonly events: readonly NoticeEvent[];
  readonly language: MailLanguage;
  readonly quietFrom: number | null;
  readonly quietTo: number | null;
  readonly belowUsd: string | null;
  readonly sealed: string;
  readonly hint: string;
  readonly createdAt: number;
};

const eventsSchema = z.array(z.string());

const read = (row: RowOf<'notice_targets'>): NoticeTarget => {
  const told = new Set(eventsSchema.parse(JSON.parse(row.events)));
  return {
    id: row.id,
    userId: row.user_id,
    kind: noticeKinds.find((kind) => kind === row.kind) ?? 'webhook',
    name: row.name,
    enabled: row.enabled === 1,
    events: noticeEvents.filter((event) => told.has(event)),
    language: mailLanguages.find((language) => language === row.language) ?? 'en',
    quietFrom: row.quiet_from,
    quietTo: row.quiet_to,
    belowUsd: row.below_usd,
    sealed: row.sealed,
    hint: row.hint,
    createdAt: row.created_at,
  };
};

const write = (target: NoticeTarget): RowOf<'notice_targets'> => ({
  id: target.id,
  user_id: target.userId,
  kind: target.kind,
  name: target.name,
  enabled: target.enabled ? 1 : 0,
  events: JSON.stringify(target.events),
  language: target.language,
  quiet_from: target.quietFrom,
  quiet_to: target.quietTo,
  below_usd: target.belowUsd,
  sealed: target.sealed,
  hint: target.hint,
  created_at: target.createdAt,
});

/** Where people are told of what. */
export const noticeRepository = {
  async insert(db: Db, target: NoticeTarget): Promise<void> {
    await db.insertInto('notice_targets').values(write(target)).execute();
  },

  async update(db: Db, target: NoticeTarget): Promise<void> {
    await db.updateTable('notice_targets').set(write(target)).where('id', '=', target.id).execute();
  },

  async find(db: Db, id: string): Promise<NoticeTarget | undefined> {
    const row = await db.selectFrom('notice_targets').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async ofUser(db: Db, userId: string): Promise<readonly NoticeTarget[]> {
    const rows = await db
      .selectFrom('notice_targets')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at')
      .execute();
    return rows.map(read);
  },

  /** Those of everybody that are in use, by pages: after an id, in the order of ids. */
  async inUse(db: Db, after: string, limit: number): Promise<readonly NoticeTarget[]> {
    const rows = await db
      .selectFrom('notice_targets')
      .selectAll()
      .where('id', '>', after)
      .where('enabled', '=', 1)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(read);
  },

  /** False when there is none of this id of this user. */
  async remove(db: Db, userId: string, id: string): Promise<boolean> {
    const gone = await db
      .deleteFrom('notice_targets')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return gone.numDeletedRows > 0n;
  },

  /** Marks something as told; false when it was. */
  async mark(db: Db, id: string, at: number): Promise<boolean> {
    const known = await db.selectFrom('notice_marks').select('id').where('id', '=', id).executeTakeFirst();
    if (known !== undefined) return false;
    // Of two at once one fails here, and its transaction with it.
    await db.insertInto('notice_marks').values({ id, at }).execute();
    return true;
  },

  /** Forgets what was told before a moment, so many at a time; returns how many. */
  async pruneMarks(db: Db, before: number, limit: number): Promise<number> {
    const old = await db
      .selectFrom('notice_marks')
      .select('id')
      .where('at', '<', before)
      .orderBy('at')
      .limit(limit)
      .execute();
    if (old.length === 0) return 0;
    const ids = old.map(({ id }) => id);
    await db.deleteFrom('notice_marks').where('id', 'in', ids).execute();
    return ids.length;
  },

  /** Forgets that something was told, so that it is told again. */
  async unmark(db: Db, id: string): Promise<void> {
    await db.deleteFrom('notice_marks').where('id', '=', id).execute();
  },
};
