import type { Db } from '../database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';

/** What was heard of a payment, and what became of it. */
export type PaymentCallback = {
  readonly id: string;
  readonly methodId: string;
  readonly orderId: string | null;
  /** It came by itself, it was asked for, or a person said so. */
  readonly source: 'callback' | 'poll' | 'person';
  readonly outcome: 'applied' | 'unchanged' | 'held' | 'refused';
  readonly reason: string;
  readonly address: string;
  readonly createdAt: number;
};

/** The last callbacks of payment providers. */
export const paymentCallbackRepository = {
  async insert(db: Db, one: PaymentCallback): Promise<void> {
    await db
      .insertInto('payment_callbacks')
      .values({
        id: one.id,
        method_id: one.methodId,
        order_id: one.orderId,
        source: one.source,
        outcome: one.outcome,
        reason: one.reason.slice(0, 300),
        address: one.address.slice(0, 60),
        created_at: one.createdAt,
      })
      .execute();
  },

  async page(db: Db, ask: PageAsk & { readonly orderId: string | undefined }): Promise<Page<PaymentCallback>> {
    let query = db
      .selectFrom('payment_callbacks')
      .select([
        'id',
        'method_id as methodId',
        'order_id as orderId',
        'source',
        'outcome',
        'reason',
        'address',
        'created_at as createdAt',
      ]);
    if (ask.orderId !== undefined) query = query.where('order_id', '=', ask.orderId);
    return cutPage(await newestFirst(query, 'payment_callbacks', ask).execute(), ask.limit);
  },

  /** Forgets what is older than `before` (ms). */
  async prune(db: Db, before: number): Promise<void> {
    await db.deleteFrom('payment_callbacks').where('created_at', '<', before).execute();
  },
};
