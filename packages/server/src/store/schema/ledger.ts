/**
 * Tables of money and of the request log; created by migration 0001. Columns ending in `_nanos` are bigints in
 * JavaScript, times are ms since the epoch, flags 0 and 1. How they hang together: docs/money.md.
 */
export type LedgerTables = {
  readonly nodes: NodeRow;
  readonly meters: MeterRow;
  readonly leases: LeaseRow;
  readonly lease_recalls: LeaseRecallRow;
  readonly journal_transactions: JournalTransactionRow;
  readonly journal_entries: JournalEntryRow;
  readonly charges: ChargeRow;
  readonly request_logs: RequestLogRow;
  readonly log_rollups: LogRollupRow;
};

/** A gateway process that may hold leases. Gone when it closed well or was cleaned up after. */
export type NodeRow = { id: string; started_at: number; heartbeat_at: number };

/**
 * What can say "no more". `wallet:<user>`: `limit_nanos` is everything ever credited, so limit - spent is the balance.
 * `key:<key>`: `limit_nanos` is the spending limit, null for none. Available is limit - spent - leased.
 * All a projection: of the journal (limit of wallets), of the charges (spent), of the leases (leased).
 */
export type MeterRow = { id: string; limit_nanos: bigint | null; spent_nanos: bigint; leased_nanos: bigint };

/** What a node may spend of a meter without asking. `version` grows with every change, so that late answers are known as late. */
export type LeaseRow = { node_id: string; meter_id: string; amount_nanos: bigint; version: number };

/** A wish that the node give its idle part of a lease back; deleted by the node when it has. */
export type LeaseRecallRow = { node_id: string; meter_id: string; asked_at: number };

/** `idempotency_key` is unique: the same top-up, or the same batch of usage, is posted once. */
export type JournalTransactionRow = {
  id: string;
  kind: string;
  idempotency_key: string;
  at: number;
  actor: string;
  note: string;
};

/** One posting of a transaction; those of one transaction sum to zero. */
export type JournalEntryRow = { transaction_id: string; account: string; amount_nanos: bigint };

/** A bill. `bill_lines` is [[bucket, quantity, rate], …], `usage_json` the usage it came from; `transaction_id` posted it. */
export type ChargeRow = {
  request_id: string;
  transaction_id: string;
  user_id: string;
  key_id: string;
  amount_nanos: bigint;
  price_version: string;
  multiplier: number;
  bill_lines: string;
  usage_json: string;
  source: string;
  created_at: number;
};

/** One request. `detail` is compact JSON: see store/log-row.ts. */
export type RequestLogRow = {
  id: string;
  at: number;
  user_id: string;
  key_id: string;
  model: string;
  channel_id: string;
  status: number;
  failed: number;
  error_code: string;
  stream: number;
  input_tokens: number;
  output_tokens: number;
  amount_nanos: bigint;
  ttft_ms: number;
  total_ms: number;
  detail: string;
};

/** Sums of an hour (`hour` is ms of its start) for charts. */
export type LogRollupRow = {
  hour: number;
  user_id: string;
  model: string;
  channel_id: string;
  requests: number;
  errors: number;
  input_tokens: number;
  output_tokens: number;
  amount_nanos: bigint;
  ttft_ms: number;
  total_ms: number;
};
