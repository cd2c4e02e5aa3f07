import { column, optional } from '../table.ts';

/** Signing in by way of somebody else; migration 0034. */
export const signInTables = {
  /**
   * `settings` is JSON; `sealed` is JSON of secrets, which opens with `sign-in-method:<id>`. `team_id` is empty for a method of
   * the gateway's own; `administrators` says that a team's enters accounts that reach what is others'.
   */
  sign_in_methods: {
    id: column.id,
    name: column.text(60),
    provider: column.text(30),
    enabled: column.flag,
    sign_up: column.flag,
    position: column.integer,
    settings: column.longText,
    sealed: column.longText,
    owner: optional(column.text(400)),
    team_id: column.id,
    administrators: column.flag,
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** Who a user is elsewhere. `subject` is the provider's own, unchanging id of them. */
  identities: {
    id: column.id,
    user_id: column.id,
    method_id: column.id,
    subject: column.text(255),
    label: column.text(200),
    created_at: column.moment,
    last_used_at: optional(column.moment),
  },
  /** `sealed` opens with `second-factor:<user_id>`; `last_step` is the last step whose code was taken. Migration 0035. */
  second_factors: {
    user_id: column.id,
    sealed: column.longText,
    confirmed: column.flag,
    last_step: column.bigint,
    failures: column.integer,
    failures_since: column.moment,
    created_at: column.moment,
  },
  backup_codes: { user_id: column.id, hash: column.text(64), created_at: column.moment },
  /** `credential` is JSON of its id, public key and transports; `credential_hash` the SHA-256 of its id. Migration 0036. */
  passkeys: {
    id: column.id,
    user_id: column.id,
    name: column.text(100),
    credential_hash: column.text(64),
    credential: column.longText,
    counter: column.bigint,
    created_at: column.moment,
    last_used_at: optional(column.moment),
  },
  /** `id` is the SHA-256 of a name; `since` is when counting began anew. Migration 0043. */
  attempt_counts: {
    id: column.text(64),
    failures: column.integer,
    since: column.moment,
    last_at: column.moment,
  },
  /** `hash` is the SHA-256 of the text of its link. Migration 0043. */
  invites: {
    id: column.id,
    hash: column.text(64),
    email: optional(column.text(320)),
    user_group: optional(column.text(60)),
    note: column.text(200),
    created_by: column.text(100),
    created_at: column.moment,
    expires_at: column.moment,
    used_by: optional(column.id),
    used_at: optional(column.moment),
  },
  /** What was begun and is ended once, by whoever knows the text of which `id` is the SHA-256; `payload` is JSON. */
  auth_flows: {
    id: column.text(64),
    purpose: column.text(30),
    user_id: optional(column.id),
    payload: column.longText,
    attempts: column.integer,
    expires_at: column.moment,
  },
};
