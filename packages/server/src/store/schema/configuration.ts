import { channelFields } from '@tollgate/contract/entities/channel';
import { groupFields } from '@tollgate/contract/entities/group';
import { modelFields } from '@tollgate/contract/entities/model';
import { fieldColumns } from '../field-columns.ts';
import { column, optional } from '../table.ts';

export const channelColumns = fieldColumns(channelFields);
export const groupColumns = fieldColumns(groupFields);
export const modelColumns = fieldColumns(modelFields);

const owner = optional(column.text(400));

/**
 * Channels, models, groups and settings; migration 0002. Columns ending in `_json` hold JSON as text. `owner` is
 * `file:<source>` or null.
 */
export const configurationTables = {
  data_keys: {
    id: column.id,
    wrapped: column.longText,
    created_at: column.moment,
    retired_at: optional(column.moment),
  },
  channels: {
    id: column.id,
    name: column.text(80),
    provider: column.text(60),
    base_url: optional(column.longText),
    models_json: column.longText,
    sealed_wiring: column.longText,
    ...channelColumns.columns,
    disabled_reason: optional(column.text(300)),
    disabled_by: optional(column.text(400)),
    disabled_at: optional(column.moment),
    owner,
    /** Index of the next credential, so that none is used twice. */
    next_credential: column.integer,
    created_at: column.moment,
    updated_at: column.moment,
  },
  channel_credentials: {
    id: column.id,
    channel_id: column.id,
    credential_index: column.integer,
    sealed: column.longText,
    hints_json: column.longText,
    enabled: column.flag,
    disabled_reason: optional(column.text(300)),
    disabled_by: optional(column.text(400)),
    disabled_at: optional(column.moment),
    created_at: column.moment,
  },
  /** What watching the models of upstreams has brought, by channel; migration 0116. */
  model_watches: {
    channel_id: column.id,
    checked_at: column.moment,
    problem: optional(column.text(500)),
    /** Names that were listed before, or dismissed. Null before the first list. */
    known_json: optional(column.longText),
    /** { new, gone }: what the last list had beyond those, and lacked of what was served. */
    found_json: column.longText,
    found_at: optional(column.moment),
  },
  models: {
    name: column.text(200),
    price_version: optional(column.id),
    operations_json: optional(column.longText),
    ...modelColumns.columns,
    owner,
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** Never updated, never deleted: charges refer to versions for ever. */
  prices: {
    version: column.id,
    model: column.text(200),
    rates_json: column.longText,
    /** Rates with conditions in order: [{ when, rates, perCall? }, …]; in old rows tiers: [{ above, rates }, …]. */
    tiers_json: column.longText,
    per_call_nanos: optional(column.money),
    /** { text, program } of a price that is worked out by an expression. */
    expression_json: optional(column.longText),
    source: column.text(300),
    as_of: column.text(40),
    created_at: column.moment,
  },
  routing_groups: {
    name: column.text(60),
    multiplier_millionths: column.bigint,
    user_groups_json: column.longText,
    ...groupColumns.columns,
    owner,
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** Named lists of models for forms; migration 0086. */
  model_bundles: {
    name: column.text(64),
    description: column.text(200),
    models_json: column.longText,
    owner,
    created_at: column.moment,
    updated_at: column.moment,
  },
  settings: {
    path: column.text(200),
    value_json: column.longText,
    owner,
    updated_at: column.moment,
    updated_by: column.text(400),
  },
  changes: { seq: column.numbered, topic: column.text(60), ref: column.text(200), at: column.moment },
  audit_log: {
    id: column.numbered,
    at: column.moment,
    actor: column.text(400),
    action: column.text(60),
    subject: column.text(300),
    before_json: column.longText,
    after_json: column.longText,
    address: optional(column.text(64)),
    reason: optional(column.text(300)),
    /** Number and hash in the chain; null of what is older than it. */
    seq: optional(column.bigint),
    hash: optional(column.text(64)),
  },
  /** Places of that chain, sealed, numbered by their ids; `sealed` opens with `audit-seal:<id>`. Migration 0097. */
  audit_seals: { id: column.bigint, seq: column.bigint, sealed: column.longText, at: column.moment },
  /** One row: where the chain of the audit log ends, and where it begins. Whoever appends holds it; migration 0069. */
  audit_chain: {
    id: column.id,
    seq: column.bigint,
    hash: column.text(64),
    anchor_seq: column.bigint,
    anchor_hash: column.text(64),
  },
};
