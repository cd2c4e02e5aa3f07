import { column, optional } from '../table.ts';

/**
 * Accounts whose refresh token changes with each use, with the token that is good now; migration 0015. `id` is a hash of what
 * the account was configured with. Why so: docs/decisions/0030.
 */
export const tokenSessionTables = {
  token_sessions: {
    id: column.id,
    sealed: column.longText,
    epoch: column.integer,
    claimed_until: optional(column.moment),
    updated_at: column.moment,
  },
};
