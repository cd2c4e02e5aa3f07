import { column, optional } from '../table.ts';

/** What is sold and given by codes; migration 0023. */
export const saleTables = {
  /** Who confirmed (or withdrew) which version of the terms of selling. Rows are only ever inserted. */
  sale_terms: {
    id: column.id,
    version: column.text(20),
    confirmed: column.flag,
    user_id: column.id,
    address: column.text(60),
    created_at: column.moment,
  },
  code_batches: {
    id: column.id,
    name: column.text(100),
    amount_nanos: column.money,
    prefix: column.text(12),
    code_count: column.integer,
    uses_per_code: column.integer,
    uses_per_person: column.integer,
    group_name: optional(column.text(60)),
    enabled: column.flag,
    expires_at: optional(column.moment),
    created_by: column.id,
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** `hash` is all that is kept of a code's text. `uses` is a projection: how many redemptions it has. */
  codes: {
    id: column.id,
    batch_id: column.id,
    hash: column.text(64),
    last_four: column.text(4),
    enabled: column.flag,
    uses: column.integer,
    created_at: column.moment,
  },
  /**
   * One use of a code, with the journal transaction that credited `account`. `use_number` counts the uses of the code,
   * `person_number` those of the user within the batch; both are unique, so that no limit is passed by two at once.
   */
  redemptions: {
    id: column.id,
    batch_id: column.id,
    code_id: column.id,
    user_id: column.id,
    use_number: column.integer,
    person_number: column.integer,
    account: column.id,
    transaction_id: column.id,
    amount_nanos: column.money,
    created_at: column.moment,
  },
  /** How often somebody (or somewhere) tried codes within a stretch of time. */
  code_tries: { subject: column.id, stretch: column.bigint, tries: column.integer },
};
