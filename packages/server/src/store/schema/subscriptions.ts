import type { AllowanceUnit, SubscriptionState } from '../../domain/subscription.ts';
import { column, defaulted, optional } from '../table.ts';

/** Plans and who subscribed to them; migration 0037. */
export const subscriptionTables = {
  /** `terms` is JSON of all that is promised; `PlanTerms` in domain/subscription.ts. */
  plans: {
    id: column.id,
    name: column.text(100),
    enabled: column.flag,
    position: column.integer,
    terms: column.longText,
    owner: optional(column.text(400)),
    created_at: column.moment,
    updated_at: column.moment,
  },
  /**
   * `terms` is what was promised when the term began. Terms are counted from `anchor_at`, of which `anchor_terms` are over or
   * begun; `term_number` and `allowances` count all of them. `next_at` is when something is due. `user_group` is the
   * group of the subscriber while it lasts. `order_id` is the last order that paid for one of its terms, if one did. A card of a method pays for the next
   * terms where one is named (migration 0077). With `seats` the subscriber is a team (migration 0109); `next_seats` are those of its
   * next term, when they are to be fewer. `version` counts changes.
   */
  subscriptions: {
    id: column.id,
    user_id: column.id,
    plan_id: column.id,
    client_key: column.text(100),
    state: column.text<SubscriptionState>(10),
    terms: column.longText,
    user_group: optional(column.text(60)),
    anchor_at: column.moment,
    anchor_terms: column.integer,
    term_number: column.integer,
    term_starts_at: column.moment,
    term_ends_at: column.moment,
    allowances: column.integer,
    cancel_at_end: column.flag,
    next_plan_id: optional(column.id),
    paused_at: optional(column.moment),
    grace_until: optional(column.moment),
    next_at: optional(column.moment),
    order_id: optional(column.id),
    method_id: optional(column.id),
    card_reference: optional(column.text(120)),
    card_label: optional(column.text(60)),
    seats: optional(column.integer),
    next_seats: optional(column.integer),
    postings: column.integer,
    version: defaulted(column.integer),
    created_at: column.moment,
    updated_at: column.moment,
    ended_at: optional(column.moment),
  },
  /** A movement of a subscription: the journal transaction that took the price of a term from a wallet, or gave back of it. */
  subscription_postings: {
    subscription_id: column.id,
    number: column.integer,
    term_number: column.integer,
    account: column.id,
    transaction_id: column.id,
    amount_nanos: column.money,
  },
  /** A term that began, and its price; 0 for a trial or a gift. */
  subscription_terms: {
    subscription_id: column.id,
    number: column.integer,
    starts_at: column.moment,
    ends_at: column.moment,
    price_nanos: column.money,
  },
  /**
   * What a subscription gives for a stretch of time, on a meter of its own. `granted_nanos` is nano-dollars, tokens or
   * requests, by `unit`. Closed once nothing of it is set aside and the rest has expired or gone on; `sweeps` counts such postings.
   */
  allowances: {
    id: column.id,
    subscription_id: column.id,
    number: column.integer,
    user_id: column.id,
    meter_id: column.id,
    unit: column.text<AllowanceUnit>(10),
    granted_nanos: column.money,
    starts_at: column.moment,
    ends_at: column.moment,
    state: column.text<'open' | 'closed'>(10),
    sweeps: column.integer,
    created_at: column.moment,
  },
};
