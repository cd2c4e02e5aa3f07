import { column, optional } from '../table.ts';

/** Credit that is given; migration 0051. */
export const rewardTables = {
  /**
   * Credit that expires, on a meter of its own. `source_key` is unique: what it was given for is given once. Closed once
   * nothing of it is set aside and the rest has gone; `sweeps` counts the postings that took it.
   */
  given_credits: {
    id: column.id,
    user_id: column.id,
    meter_id: column.id,
    source_key: column.text(190),
    transaction_id: column.id,
    granted_nanos: column.money,
    promotion_id: optional(column.id),
    note: column.text(500),
    expires_at: column.moment,
    state: column.text<'open' | 'closed'>(10),
    sweeps: column.integer,
    created_at: column.moment,
  },
  /**
   * Credit that is given to many; migration 0078. `filter` is JSON of whom it is for. Accounts are gone through by their ids:
   * `last_user_id` is how far that got, `given` how many have it, `version` counts changes.
   */
  promotions: {
    id: column.id,
    name: column.text(100),
    client_key: column.text(100),
    amount_nanos: column.money,
    expires_at: column.moment,
    filter: column.longText,
    state: column.text<'running' | 'done' | 'stopped'>(10),
    last_user_id: column.id,
    given: column.integer,
    version: column.integer,
    created_by: column.text(100),
    created_at: column.moment,
    finished_at: optional(column.moment),
  },
  /** A day on which somebody came by; `day` is by their own clock. */
  check_ins: {
    user_id: column.id,
    day: column.text(10),
    amount_nanos: column.money,
    transaction_id: column.id,
    created_at: column.moment,
  },
  /** The code by which a user invites others. */
  invitation_codes: { user_id: column.id, code: column.text(20), created_at: column.moment },
  /** Who invited whom, `id` being who came, and what both were promised then. */
  invitations: {
    id: column.id,
    inviter_id: column.id,
    state: column.text<'waiting' | 'rewarded'>(10),
    needs_payment: column.flag,
    inviter_nanos: column.money,
    invitee_nanos: column.money,
    inviter_transaction: optional(column.id),
    invitee_transaction: optional(column.id),
    created_at: column.moment,
    rewarded_at: optional(column.moment),
  },
};
