import type { SubscriptionState } from '../../domain/subscription.ts';
import type { Db } from '../database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';
import type { RowOf } from '../tables.ts';

/** A subscription; see the table for what its fields count. `terms` is JSON of what was promised. */
export type StoredSubscription = {
  readonly id: string;
  /** The subscriber: a person, or with `seats` a team. */
  readonly userId: string;
  readonly planId: string;
  readonly clientKey: string;
  readonly state: SubscriptionState;
  readonly terms: string;
  readonly group: string | undefined;
  readonly anchorAt: number;
  readonly anchorTerms: number;
  readonly termNumber: number;
  readonly termStartsAt: number;
  readonly termEndsAt: number;
  readonly allowances: number;
  readonly cancelAtEnd: boolean;
  readonly nextPlanId: string | undefined;
  readonly pausedAt: number | undefined;
  readonly graceUntil: number | undefined;
  readonly nextAt: number | undefined;
  /** The last order that paid for one of its terms, if one did. */
  readonly orderId: string | undefined;
  /** The saved card that pays for the next terms; undefined where the wallet does. */
  readonly card: { readonly methodId: string; readonly id: string; readonly label: string } | undefined;
  /** How many members of a team it pays for; undefined where it is one person's. */
  readonly seats: number | undefined;
  readonly nextSeats: number | undefined;
  readonly postings: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | undefined;
};

const read = (row: RowOf<'subscriptions'>): StoredSubscription => ({
  id: row.id,
  userId: row.user_id,
  planId: row.plan_id,
  clientKey: row.client_key,
  state: row.state,
  terms: row.terms,
  group: row.user_group ?? undefined,
  anchorAt: row.anchor_at,
  anchorTerms: row.anchor_terms,
  termNumber: row.term_number,
  termStartsAt: row.term_starts_at,
  termEndsAt: row.term_ends_at,
  allowances: row.allowances,
  cancelAtEnd: row.cancel_at_end === 1,
  nextPlanId: row.next_plan_id ?? undefined,
  pausedAt: row.paused_at ?? undefined,
  graceUntil: row.grace_until ?? undefined,
  nextAt: row.next_at ?? undefined,
  orderId: row.order_id ?? undefined,
  card:
    row.method_id === null || row.card_reference === null
      ? undefined
      : { methodId: row.method_id, id: row.card_reference, label: row.card_label ?? '' },
  seats: row.seats ?? undefined,
  nextSeats: row.next_seats ?? undefined,
  postings: row.postings,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  endedAt: row.ended_at ?? undefined,
});

const values = (one: StoredSubscription) => ({
  id: one.id,
  user_id: one.userId,
  plan_id: one.planId,
  client_key: one.clientKey,
  state: one.state,
  terms: one.terms,
  user_group: one.group ?? null,
  anchor_at: one.anchorAt,
  anchor_terms: one.anchorTerms,
  term_number: one.termNumber,
  term_starts_at: one.termStartsAt,
  term_ends_at: one.termEndsAt,
  allowances: one.allowances,
  cancel_at_end: one.cancelAtEnd ? 1 : 0,
  next_plan_id: one.nextPlanId ?? null,
  paused_at: one.pausedAt ?? null,
  grace_until: one.graceUntil ?? null,
  next_at: one.nextAt ?? null,
  order_id: one.orderId ?? null,
  method_id: one.card?.methodId ?? null,
  card_reference: one.card?.id ?? null,
  card_label: one.card?.label ?? null,
  seats: one.seats ?? null,
  next_seats: one.nextSeats ?? null,
  postings: one.postings,
  created_at: one.createdAt,
  updated_at: one.updatedAt,
  ended_at: one.endedAt ?? null,
});

/** Subscriptions, their terms, and their movements in the journal. */
export const subscriptionRepository = {
  async insert(db: Db, one: StoredSubscription): Promise<void> {
    await db.insertInto('subscriptions').values(values(one)).execute();
  },

  async find(db: Db, id: string): Promise<StoredSubscription | undefined> {
    const row = await db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async findByClientKey(db: Db, userId: string, clientKey: string): Promise<StoredSubscription | undefined> {
    const query = db.selectFrom('subscriptions').selectAll().where('user_id', '=', userId);
    const row = await query.where('client_key', '=', clientKey).executeTakeFirst();
    return row && read(row);
  },

  async findByOrder(db: Db, orderId: string): Promise<StoredSubscription | undefined> {
    const row = await db.selectFrom('subscriptions').selectAll().where('order_id', '=', orderId).executeTakeFirst();
    return row && read(row);
  },

  /** Keeps everybody else from changing it until the transaction ends, and reads it as it is then. */
  async lock(db: Db, id: string): Promise<StoredSubscription | undefined> {
    await db
      .updateTable('subscriptions')
      .set((is) => ({ version: is('version', '+', 1) }))
      .where('id', '=', id)
      .execute();
    return await subscriptionRepository.find(db, id);
  },

  async update(db: Db, one: StoredSubscription): Promise<void> {
    const { id, ...rest } = values(one);
    await db.updateTable('subscriptions').set(rest).where('id', '=', id).execute();
  },

  /** Lets no subscription of a user be paid for by a card any more. */
  async forgetCard(db: Db, userId: string, cardId: string): Promise<void> {
    await db
      .updateTable('subscriptions')
      .set((is) => ({ method_id: null, card_reference: null, card_label: null, version: is('version', '+', 1) }))
      .where('user_id', '=', userId)
      .where('card_reference', '=', cardId)
      .execute();
  },

  /** All that a user ever had of a plan. */
  async ofPlan(db: Db, userId: string, planId: string): Promise<readonly StoredSubscription[]> {
    const query = db.selectFrom('subscriptions').selectAll().where('user_id', '=', userId);
    return (await query.where('plan_id', '=', planId).execute()).map(read);
  },

  /** All that a person or a team ever had, the last one first. */
  async ofSubscriber(db: Db, userId: string): Promise<readonly StoredSubscription[]> {
    const query = db.selectFrom('subscriptions').selectAll().where('user_id', '=', userId);
    return (await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(100).execute()).map(read);
  },

  /** Those of some users that are not renewed and end between two moments (ms). */
  async ending(db: Db, userIds: readonly string[], from: number, to: number): Promise<readonly StoredSubscription[]> {
    if (userIds.length === 0) return [];
    const query = db.selectFrom('subscriptions').selectAll().where('user_id', 'in', userIds);
    const ending = query.where('state', '!=', 'ended').where('cancel_at_end', '=', 1);
    return (await ending.where('term_ends_at', '>', from).where('term_ends_at', '<=', to).execute()).map(read);
  },

  /** Those of a user that have not ended. */
  async running(db: Db, userId: string): Promise<readonly StoredSubscription[]> {
    const query = db.selectFrom('subscriptions').selectAll().where('user_id', '=', userId);
    return (await query.where('state', '!=', 'ended').execute()).map(read);
  },

  async page(
    db: Db,
    ask: PageAsk & { readonly userId: string | undefined; readonly planId: string | undefined },
  ): Promise<Page<StoredSubscription>> {
    let query = db.selectFrom('subscriptions').selectAll();
    if (ask.userId !== undefined) query = query.where('user_id', '=', ask.userId);
    if (ask.planId !== undefined) query = query.where('plan_id', '=', ask.planId);
    return cutPage((await newestFirst(query, 'subscriptions', ask).execute()).map(read), ask.limit);
  },

  async insertTerm(
    db: Db,
    term: {
      readonly subscriptionId: string;
      readonly number: number;
      readonly startsAt: number;
      readonly endsAt: number;
      readonly price: bigint;
    },
  ): Promise<void> {
    await db
      .insertInto('subscription_terms')
      .values({
        subscription_id: term.subscriptionId,
        number: term.number,
        starts_at: term.startsAt,
        ends_at: term.endsAt,
        price_nanos: term.price,
      })
      .execute();
  },

  /** More is paid for a term that runs. */
  async raiseTerm(db: Db, subscriptionId: string, number: number, by: bigint): Promise<void> {
    await db
      .updateTable('subscription_terms')
      .set((is) => ({ price_nanos: is('price_nanos', '+', by) }))
      .where('subscription_id', '=', subscriptionId)
      .where('number', '=', number)
      .execute();
  },

  /** What was paid for a term. */
  async priceOfTerm(db: Db, subscriptionId: string, number: number): Promise<bigint> {
    const row = await db
      .selectFrom('subscription_terms')
      .select('price_nanos')
      .where('subscription_id', '=', subscriptionId)
      .where('number', '=', number)
      .executeTakeFirst();
    return row?.price_nanos ?? 0n;
  },

  async insertPosting(
    db: Db,
    posting: {
      readonly subscriptionId: string;
      readonly number: number;
      readonly termNumber: number;
      readonly account: string;
      readonly transactionId: string;
      readonly amount: bigint;
    },
  ): Promise<void> {
    await db
      .insertInto('subscription_postings')
      .values({
        subscription_id: posting.subscriptionId,
        number: posting.number,
        term_number: posting.termNumber,
        account: posting.account,
        transaction_id: posting.transactionId,
        amount_nanos: posting.amount,
      })
      .execute();
  },
};
