import type { MeterKind } from '../../domain/meters.ts';
import type { Period } from '../../domain/period.ts';
import { column, defaulted, optional } from '../table.ts';

/** Money and the request log; migrations 0001 and 0007. How they hang together: docs/money.md. */
export const ledgerTables = {
  /** A gateway process that may hold leases. Gone when it closed well or was cleaned up after. */
  nodes: {
    id: column.id,
    started_at: column.moment,
    heartbeat_at: column.moment,
    /** Null in rows of versions from before it was written down; migration 0031. */
    version: optional(column.text(60)),
  },
  /**
   * What can say "no more". Of an `account`, `limit_nanos` is everything ever credited, so limit - spent is the balance; of
   * a `limit` it is what may be spent, null for no limit. Available is limit + credit line - spent - leased - reserved. All a
   * projection: of the journal (limit of accounts), of `credit_lines`, of the debits of charges (spent), of leases and reservations. With a `policy_id`
   * it counts for one stretch of that policy's period.
   */
  meters: {
    id: column.id,
    kind: defaulted(column.text<MeterKind>(10)),
    period: defaulted(column.text<Period>(10)),
    policy_id: optional(column.id),
    starts_at: optional(column.moment),
    ends_at: optional(column.moment),
    limit_nanos: optional(column.money),
    spent_nanos: column.money,
    leased_nanos: column.money,
    reserved_nanos: defaulted(column.money),
    credit_line_nanos: defaulted(column.money),
  },
  /** How far below zero usage may take an account, and who said so last, and why; migration 0075. */
  credit_lines: {
    account: column.id,
    amount_nanos: column.money,
    reason: column.text(500),
    actor: column.text(100),
    updated_at: column.moment,
  },
  /** How much each limit of a policy allows; null for no limit. */
  meter_policies: {
    id: column.id,
    subject: column.id,
    kind: column.text<MeterKind>(10),
    period: column.text<Period>(10),
    limit_nanos: optional(column.money),
    updated_at: column.moment,
  },
  /**
   * Money set aside for a request that may outlive its process; `id` is the request's. `debits` says how much of each
   * meter: [[meter, kind, amount], …].
   */
  reservations: {
    id: column.id,
    debits: column.longText,
    state: column.text<'open' | 'expired' | 'settled'>(10),
    expires_at: column.moment,
    created_at: column.moment,
  },
  /**
   * What a node may spend of a meter without asking. `version` grows with every change, so that late answers are known
   * as late.
   */
  leases: { node_id: column.id, meter_id: column.id, amount_nanos: column.money, version: column.bigint },
  /** A wish that the node give its idle part of a lease back; deleted by the node when it has. */
  lease_recalls: { node_id: column.id, meter_id: column.id, asked_at: column.moment },
  /** `idempotency_key` is unique: the same top-up, or the same batch of usage, is posted once. */
  journal_transactions: {
    id: column.id,
    kind: column.text(20),
    idempotency_key: column.text(190),
    at: column.moment,
    actor: column.text(100),
    note: column.text(500),
  },
  /** One posting of a transaction; those of one transaction sum to zero. */
  journal_entries: { transaction_id: column.id, account: column.id, amount_nanos: column.money },
  /**
   * A bill. `bill_lines` is [[bucket, quantity, rate, condition?], …], `usage_json` the usage it came from;
   * `transaction_id` posted it. `debits` is who paid what: [[meter, kind, amount], …], null in rows from before it was written down. `logged` is 1
   * when a row of the log was written with it. User and key are for people; the books go by the debits.
   */
  charges: {
    request_id: column.id,
    transaction_id: column.id,
    user_id: column.id,
    key_id: column.id,
    amount_nanos: column.money,
    price_version: column.text(80),
    multiplier: column.bigint,
    bill_lines: column.longText,
    usage_json: column.longText,
    source: column.text(30),
    created_at: column.moment,
    debits: optional(column.longText),
    logged: defaulted(column.integer),
    cost_nanos: defaulted(column.money),
    costed: defaulted(column.integer),
  },
  /** One request. `detail` is compact JSON: see `LogDetail` in store/ledger/posting-row.ts. */
  request_logs: {
    id: column.id,
    at: column.moment,
    user_id: column.id,
    key_id: column.id,
    model: column.text(200),
    channel_id: column.id,
    status: column.integer,
    failed: column.flag,
    error_code: column.text(60),
    stream: column.flag,
    input_tokens: column.bigint,
    output_tokens: column.bigint,
    amount_nanos: column.money,
    ttft_ms: column.bigint,
    total_ms: column.bigint,
    detail: column.longText,
  },
  /**
   * Sums of an hour (`hour` is ms of its start) for charts; migration 0011. The key is all but the sums. Endpoints are written
   * `protocol/operation`. `written_tokens` came in `writing_ms`, of streams; a `ttft_…` counts the requests whose first
   * token took no longer, and longer than the one before (domain/latency-buckets.ts).
   */
  usage_rollups: {
    hour: column.moment,
    user_id: column.id,
    key_id: column.id,
    model: column.text(200),
    channel_id: column.id,
    group_name: column.text(60),
    endpoint: column.text(60),
    requests: column.bigint,
    errors: column.bigint,
    input_tokens: column.bigint,
    output_tokens: column.bigint,
    cache_read_tokens: column.bigint,
    cache_write_tokens: column.bigint,
    amount_nanos: column.money,
    cache_saved_nanos: column.money,
    cache_extra_nanos: column.money,
    cost_nanos: defaulted(column.money),
    costed_nanos: defaulted(column.money),
    ttft_ms: column.bigint,
    total_ms: column.bigint,
    written_tokens: column.bigint,
    writing_ms: column.bigint,
    ttft_200: column.bigint,
    ttft_350: column.bigint,
    ttft_600: column.bigint,
    ttft_1000: column.bigint,
    ttft_1700: column.bigint,
    ttft_3000: column.bigint,
    ttft_5000: column.bigint,
    ttft_9000: column.bigint,
    ttft_20000: column.bigint,
    ttft_more: column.bigint,
  },
};
