import type { Generated } from 'kysely';

type Nullable<T> = T | null;

/**
 * Tables of channels, models, groups and settings; created by migration 0002. Columns ending in `_json` hold JSON as
 * text, those ending in `_at` ms since the epoch, flags are 0 or 1. `owner` is `file:<source>` or null.
 */
export type ConfigurationTables = {
  data_keys: { id: string; wrapped: string; created_at: number; retired_at: Nullable<number> };
  channels: {
    id: string;
    name: string;
    provider: string;
    base_url: Nullable<string>;
    settings_json: string;
    models_json: string;
    groups_json: string;
    priority: number;
    weight: number;
    sealed_wiring: string;
    enabled: number;
    disabled_reason: Nullable<string>;
    disabled_by: Nullable<string>;
    disabled_at: Nullable<number>;
    owner: Nullable<string>;
    /** Index of the next credential, so that none is used twice. */
    next_credential: number;
    created_at: number;
    updated_at: number;
  };
  channel_credentials: {
    id: string;
    channel_id: string;
    credential_index: number;
    sealed: string;
    hints_json: string;
    enabled: number;
    created_at: number;
  };
  models: {
    name: string;
    price_version: Nullable<string>;
    max_output_tokens: Nullable<number>;
    owned_by: string;
    owner: Nullable<string>;
    created_at: number;
    updated_at: number;
  };
  /** Never updated, never deleted: charges refer to versions for ever. */
  prices: {
    version: string;
    model: string;
    rates_json: string;
    tiers_json: string;
    per_call_nanos: Nullable<bigint>;
    source: string;
    as_of: string;
    created_at: number;
  };
  routing_groups: {
    name: string;
    multiplier_millionths: number;
    user_groups_json: string;
    owner: Nullable<string>;
    created_at: number;
    updated_at: number;
  };
  settings: { path: string; value_json: string; owner: Nullable<string>; updated_at: number; updated_by: string };
  changes: { seq: Generated<number>; topic: string; ref: string; at: number };
  audit_log: {
    id: Generated<number>;
    at: number;
    actor: string;
    action: string;
    subject: string;
    before_json: string;
    after_json: string;
  };
};
