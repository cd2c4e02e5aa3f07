import { column, optional } from '../table.ts';

/** What providers say that they charge; migration 0080. */
export const reconciliationTables = {
  /** `channel_ids` is a JSON list; `sealed` is the admin key, which opens with `billing-account:<id>`. */
  billing_accounts: {
    id: column.id,
    name: column.text(100),
    provider: column.text(40),
    channel_ids: column.longText,
    enabled: column.flag,
    sealed: optional(column.longText),
    last_four: optional(column.text(4)),
    read_at: optional(column.moment),
    problem: optional(column.text(500)),
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** `day` is the start of a day in UTC; a day without a row is one of which nothing is known. */
  provider_costs: {
    account_id: column.id,
    day: column.moment,
    model: column.text(200),
    amount_nanos: column.money,
  },
};
