import type { Db } from '../database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';
import type { RowOf } from '../tables.ts';

/** Leave to create one account. Times in ms since the epoch. */
export type Invite = {
  readonly id: string;
  /** Whom it was mailed to; only this address may use it. Null for a link that was handed over. */
  readonly email: string | null;
  /** Null for that of the settings. */
  readonly group: string | null;
  readonly note: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedBy: string | null;
  readonly usedAt: number | null;
};

const read = (row: RowOf<'invites'>): Invite => ({
  id: row.id,
  email: row.email,
  group: row.user_group,
  note: row.note,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedBy: row.used_by,
  usedAt: row.used_at,
});

/** Invitations, each of which makes one account. */
export const inviteRepository = {
  async insert(db: Db, invitation: Invite, hash: string): Promise<void> {
    await db
      .insertInto('invites')
      .values({
        id: invitation.id,
        hash,
        email: invitation.email,
        user_group: invitation.group,
        note: invitation.note,
        created_by: invitation.createdBy,
        created_at: invitation.createdAt,
        expires_at: invitation.expiresAt,
        used_by: null,
        used_at: null,
      })
      .execute();
  },

  /** A page of them, newest first. */
  async page(db: Db, ask: PageAsk): Promise<Page<Invite>> {
    const rows = await newestFirst(db.selectFrom('invites').selectAll(), 'invites', ask).execute();
    return cutPage(rows.map(read), ask.limit);
  },

  async find(db: Db, id: string): Promise<Invite | undefined> {
    const row = await db.selectFrom('invites').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  /** One that may still be used. */
  async findByHash(db: Db, hash: string, at: number): Promise<Invite | undefined> {
    const row = await db
      .selectFrom('invites')
      .selectAll()
      .where('hash', '=', hash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', at)
      .executeTakeFirst();
    return row && read(row);
  },

  /** Gives it another text; the one before is worth nothing. */
  async replaceHash(db: Db, id: string, hash: string): Promise<void> {
    await db.updateTable('invites').set({ hash }).where('id', '=', id).execute();
  },

  /** Uses it up; false when somebody else has. Of two at once one gets true. */
  async use(db: Db, id: string, userId: string, at: number): Promise<boolean> {
    const used = await db
      .updateTable('invites')
      .set({ used_by: userId, used_at: at })
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .where('expires_at', '>', at)
      .executeTakeFirst();
    return used.numUpdatedRows > 0n;
  },

  /** Removes one that was not used; false when there is none. */
  async remove(db: Db, id: string): Promise<boolean> {
    const gone = await db.deleteFrom('invites').where('id', '=', id).where('used_at', 'is', null).executeTakeFirst();
    return gone.numDeletedRows > 0n;
  },
};
