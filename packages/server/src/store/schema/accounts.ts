import { keyFields } from '@tollgate/contract/entities/key';
import { userFields } from '@tollgate/contract/entities/user';
import { fieldColumns } from '../field-columns.ts';
import { column, optional } from '../table.ts';

export const userColumns = fieldColumns(userFields);
export const keyColumns = fieldColumns(keyFields, { models: 'models', allowedIps: 'allowed_ips', group: 'key_group' });

/** A secret text that a user has: `hash` is its SHA-256 in hex, the rest is what people know it by. */
const secretOfUser = {
  id: column.id,
  user_id: column.id,
  name: column.text(100),
  hash: column.text(64),
  prefix: column.text(12),
  last_four: column.text(4),
};

/**
 * People, sessions and API keys; migrations 0003, 0005, 0043 and 0068. What the gateway itself knows of a user stands in `users`, out
 * of reach of anything better-auth can be asked to write: nobody sets their own role or group.
 */
export const accountTables = {
  /** `id` is that of `auth_users`; `email_key` is the mailbox that the address leads to, however it is spelt. */
  users: {
    id: column.id,
    role: column.text(20),
    user_group: column.text(60),
    username: optional(column.text(40)),
    email_key: optional(column.text(320)),
    email_verified_at: optional(column.moment),
    terms_version: optional(column.text(64)),
    terms_at: optional(column.moment),
    /** What they have otherwise than their role: JSON, null for nothing. */
    exceptions_json: optional(column.longText),
    ...userColumns.columns,
    /** The team whose directory has disabled them; null where nobody or somebody else has. */
    stopped_by: optional(column.id),
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** Roles of the operator's own; migration 0068. `permissions_json` says how far each permission reaches. */
  roles: {
    name: column.text(20),
    description: column.text(200),
    permissions_json: column.longText,
    owner: optional(column.text(400)),
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** `models` and `allowed_ips` are JSON arrays, null for no restriction. */
  api_keys: {
    ...secretOfUser,
    team_id: optional(column.id),
    limit_nanos: optional(column.money),
    previous_hash: optional(column.text(64)),
    previous_until: optional(column.moment),
    ...keyColumns.columns,
    group_granted: column.flag,
    created_at: column.moment,
    updated_at: column.moment,
    revoked_at: optional(column.moment),
  },
  access_tokens: {
    ...secretOfUser,
    read_only: column.flag,
    /** A JSON array of permissions, null for no limit. */
    scopes: optional(column.longText),
    expires_at: optional(column.moment),
    created_at: column.moment,
    last_used_at: optional(column.moment),
    revoked_at: optional(column.moment),
    made_by: optional(column.id),
  },
  /**
   * An account that is to be erased at `due_at`, or was; migration 0095. `disabled` says that it was disabled for it, `waits_for` what
   * must end first.
   */
  account_deletions: {
    user_id: column.id,
    asked_by: column.text(100),
    reason: column.text(300),
    disabled: column.flag,
    asked_at: column.moment,
    due_at: column.moment,
    waits_for: optional(column.text(300)),
    erased_at: optional(column.moment),
  },
  /** One row, `id` 'setup': the one-time token by which the first root is made. */
  setup: {
    id: column.id,
    token_hash: column.text(64),
    created_at: column.moment,
    claimed_at: optional(column.moment),
    done_at: optional(column.moment),
  },
};

/**
 * Tables that better-auth writes, with each database's own dates and booleans. Listed is what of them may be read here;
 * a test of `services/accounts` compares the whole with what better-auth says it needs.
 */
export const authTables = {
  auth_users: { id: column.id, name: column.text(255), email: column.text(320) },
  auth_sessions: { id: column.id, user_id: column.id, token: column.text(255) },
  auth_accounts: {
    id: column.id,
    user_id: column.id,
    provider_id: column.text(100),
    password: optional(column.longText),
  },
  auth_verifications: { id: column.id },
};
