import type { OrderCause, OrderState } from '../../domain/payment.ts';
import { column, defaulted, optional } from '../table.ts';

/** Buying credit; migration 0026. Amounts called `_minor` are whole minor units of a currency. */
export const paymentTables = {
  /** `settings` and `discounts` are JSON; `sealed` is JSON of secrets, which opens with `payment-method:<id>`. `countries` are separated by spaces. */
  payment_methods: {
    id: column.id,
    name: column.text(100),
    provider: column.text(30),
    enabled: column.flag,
    position: column.integer,
    currency: column.text(3),
    rate_millionths: column.bigint,
    minimum_nanos: column.money,
    maximum_nanos: column.money,
    discounts: column.longText,
    countries: defaulted(column.text(400)),
    settings: column.longText,
    sealed: column.longText,
    owner: optional(column.text(400)),
    created_at: column.moment,
    updated_at: column.moment,
  },
  /**
   * Credit that somebody buys. `taken_nanos` of the credit was taken back by refunds and disputes. `next` is JSON of what
   * its buyer does now. With `plan_id`, the credit is the price of a plan, which begins with it (migration 0049). One with
   * `card_reference` is charged to a card that the provider keeps for the payer, because of `cause` (migration 0076); without a card, `payer_reference` is whom the card that pays is to be saved for; that of
   * a renewal begins the next term of `subscription_id`. `tax_minor` is what of the price is tax, where the provider worked it out (migration 0077). `postings` counts its rows of `order_postings`,
   * `version` its changes.
   */
  orders: {
    id: column.id,
    user_id: column.id,
    method_id: column.id,
    provider: column.text(30),
    provider_reference: optional(column.text(200)),
    client_key: column.text(100),
    plan_id: optional(column.id),
    payer_reference: optional(column.text(120)),
    card_reference: optional(column.text(120)),
    cause: optional(column.text<OrderCause>(20)),
    subscription_id: optional(column.id),
    state: column.text<OrderState>(10),
    held: optional(column.text(300)),
    account: column.id,
    credit_nanos: column.money,
    taken_nanos: column.money,
    currency: column.text(3),
    price_minor: column.bigint,
    refunded_minor: column.bigint,
    tax_minor: optional(column.bigint),
    postings: column.integer,
    version: column.integer,
    next: optional(column.longText),
    expires_at: column.moment,
    paid_at: optional(column.moment),
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** Whom a provider knows a user as, for the cards that it keeps; migration 0076. */
  payment_payers: {
    method_id: column.id,
    user_id: column.id,
    reference: column.text(120),
    created_at: column.moment,
  },
  /**
   * Buying `amount_nanos` of credit by a saved card whenever `account` is below `below_nanos`, up to `monthly_nanos` a month.
   * `stopped` is why the gateway switched it off; `runs` numbers its orders, `version` its changes.
   */
  auto_top_ups: {
    user_id: column.id,
    account: column.id,
    method_id: column.id,
    card_reference: column.text(120),
    card_label: column.text(60),
    below_nanos: column.money,
    amount_nanos: column.money,
    monthly_nanos: column.money,
    enabled: column.flag,
    stopped: optional(column.text(300)),
    runs: column.integer,
    version: column.integer,
    updated_at: column.moment,
  },
  /** A movement of an order: the journal transaction that credited its account, or took back. */
  order_postings: {
    order_id: column.id,
    number: column.integer,
    transaction_id: column.id,
    amount_nanos: column.money,
  },
  /** What was heard of payments, with what became of it; kept for a month. Nothing of the payer is in it. */
  payment_callbacks: {
    id: column.id,
    method_id: column.id,
    order_id: optional(column.id),
    source: column.text<'callback' | 'poll' | 'person'>(10),
    outcome: column.text<'applied' | 'unchanged' | 'held' | 'refused'>(10),
    reason: column.text(300),
    address: column.text(60),
    created_at: column.moment,
  },
};
