import { column, optional } from '../table.ts';

/** The external top-up API; migration 0052. */
export const topUpTables = {
  /** `sealed` is the secret, which opens with `top-up-key:<id>`. */
  top_up_keys: {
    id: column.id,
    name: column.text(100),
    enabled: column.flag,
    maximum_nanos: column.money,
    sealed: column.longText,
    last_four: column.text(4),
    last_used_at: optional(column.moment),
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** What was used once, and cannot be again, until nobody could any more because it is too old. */
  top_up_nonces: { key_id: column.id, nonce: column.text(64), expires_at: column.moment },
};
