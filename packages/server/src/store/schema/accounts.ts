/**
 * Tables of people, sessions and API keys; created by migrations 0003 and 0005. The `auth_*` tables are better-auth's: it writes
 * them, with each database's own dates and booleans, so nothing else may read such a column of theirs (they are not
 * listed here). What the gateway itself knows of a user stands in `users`, out of reach of anything better-auth can be
 * asked to write: nobody sets their own role or group.
 */
export type AccountTables = {
  readonly auth_users: { id: string; name: string; email: string };
  readonly auth_sessions: { id: string; user_id: string; token: string };
  readonly auth_accounts: { id: string; user_id: string; provider_id: string; password: string | null };
  readonly users: UserRow;
  readonly api_keys: ApiKeyRow;
  readonly access_tokens: AccessTokenRow;
  readonly setup: SetupRow;
};

/** Flags are 0 and 1, times ms since the epoch. `id` is that of `auth_users`. */
export type UserRow = {
  id: string;
  role: string;
  user_group: string;
  enabled: number;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  concurrent: number | null;
  created_at: number;
  updated_at: number;
};

/** `hash` is the SHA-256 of the key in hex; `models` and `allowed_ips` are JSON arrays, null for no restriction. */
export type ApiKeyRow = {
  id: string;
  user_id: string;
  name: string;
  hash: string;
  prefix: string;
  last_four: string;
  enabled: number;
  expires_at: number | null;
  models: string | null;
  allowed_ips: string | null;
  key_group: string | null;
  limit_nanos: bigint | null;
  strict_conversion: number;
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  concurrent: number | null;
  created_at: number;
  updated_at: number;
  revoked_at: number | null;
};

export type AccessTokenRow = {
  id: string;
  user_id: string;
  name: string;
  hash: string;
  prefix: string;
  last_four: string;
  read_only: number;
  expires_at: number | null;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
};

/** One row, `id` 'setup': the one-time token by which the first root is made. */
export type SetupRow = {
  id: string;
  token_hash: string;
  created_at: number;
  claimed_at: number | null;
  done_at: number | null;
};
