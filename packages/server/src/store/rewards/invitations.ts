import type { Db } from '../database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';
import type { RowOf } from '../tables.ts';

/** Who invited whom; `id` is who came. The amounts are what was promised then. */
export type Invitation = {
  readonly id: string;
  readonly inviterId: string;
  readonly state: 'waiting' | 'rewarded';
  readonly needsPayment: boolean;
  readonly inviterReward: bigint;
  readonly inviteeReward: bigint;
  readonly inviterTransaction: string | undefined;
  readonly inviteeTransaction: string | undefined;
  readonly createdAt: number;
  readonly rewardedAt: number | undefined;
};

const read = (row: RowOf<'invitations'>): Invitation => ({
  id: row.id,
  inviterId: row.inviter_id,
  state: row.state,
  needsPayment: row.needs_payment === 1,
  inviterReward: row.inviter_nanos,
  inviteeReward: row.invitee_nanos,
  inviterTransaction: row.inviter_transaction ?? undefined,
  inviteeTransaction: row.invitee_transaction ?? undefined,
  createdAt: row.created_at,
  rewardedAt: row.rewarded_at ?? undefined,
});

export const invitationRepository = {
  async codeOf(db: Db, userId: string): Promise<string | undefined> {
    const query = db.selectFrom('invitation_codes').select('code').where('user_id', '=', userId);
    return (await query.executeTakeFirst())?.code;
  },

  /** Fails when the user has a code, or somebody has this one. */
  async insertCode(db: Db, userId: string, code: string, at: number): Promise<void> {
    await db.insertInto('invitation_codes').values({ user_id: userId, code, created_at: at }).execute();
  },

  async userOfCode(db: Db, code: string): Promise<string | undefined> {
    const query = db.selectFrom('invitation_codes').select('user_id').where('code', '=', code);
    return (await query.executeTakeFirst())?.user_id;
  },

  async insert(db: Db, one: Invitation): Promise<void> {
    await db
      .insertInto('invitations')
      .values({
        id: one.id,
        inviter_id: one.inviterId,
        state: one.state,
        needs_payment: one.needsPayment ? 1 : 0,
        inviter_nanos: one.inviterReward,
        invitee_nanos: one.inviteeReward,
        inviter_transaction: one.inviterTransaction ?? null,
        invitee_transaction: one.inviteeTransaction ?? null,
        created_at: one.createdAt,
        rewarded_at: one.rewardedAt ?? null,
      })
      .execute();
  },

  async find(db: Db, id: string): Promise<Invitation | undefined> {
    const row = await db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  /** Says that a waiting one is rewarded; false when somebody else did. */
  async reward(
    db: Db,
    id: string,
    by: { readonly inviterTransaction: string | null; readonly inviteeTransaction: string | null; readonly at: number },
  ): Promise<boolean> {
    const result = await db
      .updateTable('invitations')
      .set({
        state: 'rewarded',
        inviter_transaction: by.inviterTransaction,
        invitee_transaction: by.inviteeTransaction,
        rewarded_at: by.at,
      })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  },

  /** Some of those that wait and need not any more, after one: who came has paid, or need not pay. */
  async due(db: Db, after: string, limit: number): Promise<readonly string[]> {
    const rows = await db
      .selectFrom('invitations')
      .select('id')
      .where('state', '=', 'waiting')
      .where('id', '>', after)
      .where(({ or, eb, exists, selectFrom }) =>
        or([
          eb('needs_payment', '=', 0),
          exists(
            selectFrom('orders')
              .select('orders.id')
              .whereRef('orders.user_id', '=', 'invitations.id')
              .where('orders.state', '=', 'credited'),
          ),
        ]),
      )
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  },

  async sums(
    db: Db,
    inviterId: string,
  ): Promise<{ readonly invited: number; readonly waiting: number; readonly earned: bigint }> {
    const rows = await db
      .selectFrom('invitations')
      .select(({ fn }) => ['state', fn.countAll<number>().as('count'), fn.sum<bigint>('inviter_nanos').as('sum_nanos')])
      .where('inviter_id', '=', inviterId)
      .groupBy('state')
      .execute();
    const of = (state: Invitation['state']) => rows.find((row) => row.state === state);
    const waiting = Number(of('waiting')?.count ?? 0);
    return {
      invited: waiting + Number(of('rewarded')?.count ?? 0),
      waiting,
      earned: of('rewarded')?.sum_nanos ?? 0n,
    };
  },

  /** Those whom somebody invited, the newest first, with what they are called. */
  async page(db: Db, inviterId: string, ask: PageAsk): Promise<Page<Invitation & { readonly name: string }>> {
    const query = db
      .selectFrom('invitations')
      .innerJoin('auth_users', 'auth_users.id', 'invitations.id')
      .selectAll('invitations')
      .select('auth_users.name')
      .where('inviter_id', '=', inviterId);
    const rows = await newestFirst(query, 'invitations', ask).execute();
    return cutPage(
      rows.map((row) => ({ ...read(row), name: row.name })),
      ask.limit,
    );
  },
};
