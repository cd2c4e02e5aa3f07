import type { OrderCause, OrderState } from '../../domain/payment.ts';
import type { Db } from '../database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';
import type { RowOf } from '../tables.ts';

/** Credit that somebody buys. Amounts are minor units of the currency, `credit` and `taken` nano-dollars. */
export type StoredOrder = {
  readonly id: string;
  readonly userId: string;
  readonly methodId: string;
  readonly provider: string;
  readonly reference: string | undefined;
  readonly clientKey: string;
  /** The plan that begins when it is paid; its price is the credit. */
  readonly planId: string | undefined;
  /** The saved card that is charged, and whose it is at the provider; undefined where the buyer pays. */
  readonly card: { readonly payer: string; readonly id: string } | undefined;
  /** Whom the provider keeps the card for that pays, where its buyer wants it saved. */
  readonly saveFor?: string | undefined;
  readonly cause: OrderCause | undefined;
  /** The subscription whose next term begins with it. */
  readonly subscriptionId: string | undefined;
  readonly state: OrderState;
  readonly held: string | undefined;
  /** The meter that is credited. */
  readonly account: string;
  readonly credit: bigint;
  readonly taken: bigint;
  readonly currency: string;
  readonly amount: bigint;
  readonly refunded: bigint;
  /** Of the amount, what is tax, where the provider worked it out. */
  readonly tax: bigint | undefined;
  readonly postings: number;
  /** JSON of what its buyer does now. */
  readonly next: string | undefined;
  readonly expiresAt: number;
  readonly paidAt: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const read = (row: RowOf<'orders'>): StoredOrder => ({
  id: row.id,
  userId: row.user_id,
  methodId: row.method_id,
  provider: row.provider,
  reference: row.provider_reference ?? undefined,
  clientKey: row.client_key,
  planId: row.plan_id ?? undefined,
  card:
    row.payer_reference === null || row.card_reference === null
      ? undefined
      : { payer: row.payer_reference, id: row.card_reference },
  saveFor: row.card_reference === null ? (row.payer_reference ?? undefined) : undefined,
  cause: row.cause ?? undefined,
  subscriptionId: row.subscription_id ?? undefined,
  state: row.state,
  held: row.held ?? undefined,
  account: row.account,
  credit: row.credit_nanos,
  taken: row.taken_nanos,
  currency: row.currency,
  amount: BigInt(row.price_minor),
  refunded: BigInt(row.refunded_minor),
  tax: row.tax_minor === null ? undefined : BigInt(row.tax_minor),
  postings: row.postings,
  next: row.next ?? undefined,
  expiresAt: row.expires_at,
  paidAt: row.paid_at ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** What changes of an order. */
export type OrderChange = Pick<
  StoredOrder,
  'reference' | 'state' | 'held' | 'taken' | 'refunded' | 'tax' | 'postings' | 'next' | 'paidAt' | 'updatedAt'
>;

/** One movement of an order in the journal. */
export type OrderPosting = {
  readonly orderId: string;
  readonly number: number;
  readonly transactionId: string;
  readonly amount: bigint;
};

/** Orders, and their movements in the journal. */
export const orderRepository = {
  async insert(db: Db, order: StoredOrder): Promise<void> {
    await db
      .insertInto('orders')
      .values({
        id: order.id,
        user_id: order.userId,
        method_id: order.methodId,
        provider: order.provider,
        provider_reference: order.reference ?? null,
        client_key: order.clientKey,
        plan_id: order.planId ?? null,
        payer_reference: order.card?.payer ?? order.saveFor ?? null,
        card_reference: order.card?.id ?? null,
        cause: order.cause ?? null,
        subscription_id: order.subscriptionId ?? null,
        state: order.state,
        held: order.held ?? null,
        account: order.account,
        credit_nanos: order.credit,
        taken_nanos: order.taken,
        currency: order.currency,
        price_minor: Number(order.amount),
        refunded_minor: Number(order.refunded),
        tax_minor: order.tax === undefined ? null : Number(order.tax),
        postings: order.postings,
        version: 0,
        next: order.next ?? null,
        expires_at: order.expiresAt,
        paid_at: order.paidAt ?? null,
        created_at: order.createdAt,
        updated_at: order.updatedAt,
      })
      .execute();
  },

  async find(db: Db, id: string): Promise<StoredOrder | undefined> {
    const row = await db.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async findByClientKey(db: Db, userId: string, clientKey: string): Promise<StoredOrder | undefined> {
    const row = await db
      .selectFrom('orders')
      .selectAll()
      .where('user_id', '=', userId)
      .where('client_key', '=', clientKey)
      .executeTakeFirst();
    return row && read(row);
  },

  /** The order of a method with the provider's own id of it. */
  async findByReference(db: Db, methodId: string, reference: string): Promise<StoredOrder | undefined> {
    const row = await db
      .selectFrom('orders')
      .selectAll()
      .where('method_id', '=', methodId)
      .where('provider_reference', '=', reference)
      .executeTakeFirst();
    return row && read(row);
  },

  /** Keeps everybody else from changing the order until the transaction ends, and reads it as it is then. */
  async lock(db: Db, id: string): Promise<StoredOrder | undefined> {
    await db
      .updateTable('orders')
      .set((is) => ({ version: is('version', '+', 1) }))
      .where('id', '=', id)
      .execute();
    return await orderRepository.find(db, id);
  },

  async update(db: Db, id: string, change: OrderChange): Promise<void> {
    await db
      .updateTable('orders')
      .set({
        provider_reference: change.reference ?? null,
        state: change.state,
        held: change.held ?? null,
        taken_nanos: change.taken,
        refunded_minor: Number(change.refunded),
        tax_minor: change.tax === undefined ? null : Number(change.tax),
        postings: change.postings,
        next: change.next ?? null,
        paid_at: change.paidAt ?? null,
        updated_at: change.updatedAt,
      })
      .where('id', '=', id)
      .execute();
  },

  async insertPosting(db: Db, { orderId, number, transactionId, amount }: OrderPosting): Promise<void> {
    await db
      .insertInto('order_postings')
      .values({ order_id: orderId, number, transaction_id: transactionId, amount_nanos: amount })
      .execute();
  },

  /** Newest first: of one user, in one state, or all. */
  async page(
    db: Db,
    ask: PageAsk & { readonly userId: string | undefined; readonly state: OrderState | undefined },
  ): Promise<Page<StoredOrder>> {
    let query = db.selectFrom('orders').selectAll();
    if (ask.userId !== undefined) query = query.where('user_id', '=', ask.userId);
    if (ask.state !== undefined) query = query.where('state', '=', ask.state);
    return cutPage((await newestFirst(query, 'orders', ask).execute()).map(read), ask.limit);
  },

  /** Orders of a cause that a user has had since a moment, and those that are still open. */
  async ofCause(db: Db, userId: string, cause: OrderCause, since: number): Promise<readonly StoredOrder[]> {
    const rows = await db
      .selectFrom('orders')
      .selectAll()
      .where('user_id', '=', userId)
      .where('cause', '=', cause)
      .where((is) => is.or([is('created_at', '>=', since), is('state', 'in', ['created', 'pending'])]))
      .execute();
    return rows.map(read);
  },

  /** Whether a method has orders at all: its secrets are needed for as long as one can be refunded. */
  async hasOrders(db: Db, methodId: string): Promise<boolean> {
    const row = await db
      .selectFrom('orders')
      .select('id')
      .where('method_id', '=', methodId)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  },
};
