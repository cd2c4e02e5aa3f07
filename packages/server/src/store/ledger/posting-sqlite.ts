import type { Database as Sqlite, SQLQueryBindings, Statement } from 'bun:sqlite';
import type { SqliteHandle } from '../dialect/sqlite.ts';
import { consume, rollUp, spentByMeter, usageEntries } from './posting-row.ts';
import type { Batch, Fault, LeaseState, Posted, PostingRow } from './posting-row.ts';

/** What posting.ts does, said in prepared statements: a query builder would cost more than the database (docs/decisions/0012). */
export function postBatchOnSqlite(
  handle: SqliteHandle,
  batch: Batch,
  which: 'all' | 'missing',
  fault: Fault,
): Promise<Posted> {
  return handle.exclusive((sqlite) => {
    const statements = statementsOf(sqlite);
    const rows = which === 'all' ? batch.rows : missing(statements, batch.rows);
    const spentByAll = spentByMeter(batch.rows);
    const spent = which === 'all' ? spentByAll : spentByMeter(rows);
    insertRows(statements, batch, rows);
    fault('post:after-rows');
    for (const sum of rollUp(rows)) {
      statements.rollup.run(
        sum.hour,
        sum.userId,
        sum.model,
        sum.channelId,
        sum.requests,
        sum.errors,
        sum.inputTokens,
        sum.outputTokens,
        sum.amount,
        sum.ttftMs,
        sum.totalMs,
      );
    }
    if (spent.size > 0) {
      statements.transaction.run(batch.transactionId, `usage:${batch.transactionId}`, batch.at, batch.nodeId);
      for (const [account, amount] of usageEntries(spent)) statements.entry.run(batch.transactionId, account, amount);
    }
    fault('post:after-journal');
    const leases = spend(statements, batch.nodeId, [...spentByAll.keys()], spent);
    fault('post:before-commit');
    return { inserted: rows.length, leases, spent: spentByAll };
  });
}

type Bound = Statement<unknown, SQLQueryBindings[]>;
type Statements = Readonly<
  Record<'charge' | 'log' | 'rollup' | 'transaction' | 'entry' | 'known' | 'lease' | 'setLease' | 'meter', Bound>
>;

const prepared = new WeakMap<Sqlite, Statements>();

function statementsOf(sqlite: Sqlite): Statements {
  const known = prepared.get(sqlite);
  if (known !== undefined) return known;
  const statement = (text: string): Bound => sqlite.prepare<unknown, SQLQueryBindings[]>(text);
  const made: Statements = {
    charge: statement('insert into charges values (?,?,?,?,?,?,?,?,?,?,?)'),
    log: statement('insert into request_logs values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)'),
    rollup: statement(`insert into log_rollups values (?,?,?,?,?,?,?,?,?,?,?) on conflict do update set
      requests = requests + excluded.requests, errors = errors + excluded.errors,
      input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
      amount_nanos = amount_nanos + excluded.amount_nanos, ttft_ms = ttft_ms + excluded.ttft_ms,
      total_ms = total_ms + excluded.total_ms`),
    transaction: statement(`insert into journal_transactions (id, kind, idempotency_key, at, actor, note)
      values (?, 'usage', ?, ?, ?, '')`),
    entry: statement('insert into journal_entries (transaction_id, account, amount_nanos) values (?,?,?)'),
    known: statement(`select 1 as known where exists (select 1 from charges where request_id = ?1)
      or exists (select 1 from request_logs where id = ?1)`),
    lease: statement('select amount_nanos, version from leases where meter_id = ? and node_id = ?'),
    setLease: statement('update leases set amount_nanos = ?, version = ? where meter_id = ? and node_id = ?'),
    meter: statement(`insert into meters (id, limit_nanos, spent_nanos, leased_nanos) values (?,?,?,?)
      on conflict do update set spent_nanos = spent_nanos + excluded.spent_nanos,
      leased_nanos = leased_nanos + excluded.leased_nanos`),
  };
  prepared.set(sqlite, made);
  return made;
}

function missing({ known }: Statements, rows: readonly PostingRow[]): readonly PostingRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(row.id) && seen.add(row.id) && known.get(row.id) === null);
}

function insertRows({ charge: charges, log }: Statements, batch: Batch, rows: readonly PostingRow[]): void {
  for (const row of rows) {
    const { charge } = row;
    if (charge !== undefined) {
      charges.run(
        row.id,
        batch.transactionId,
        row.userId,
        row.keyId,
        row.amount,
        charge.priceVersion,
        charge.multiplier,
        charge.lines,
        charge.usage,
        charge.source,
        row.at,
      );
    }
    log.run(
      row.id,
      row.at,
      row.userId,
      row.keyId,
      row.model,
      row.channelId,
      row.status,
      row.failed,
      row.errorCode,
      row.stream,
      row.inputTokens,
      row.outputTokens,
      row.amount,
      row.ttftMs,
      row.totalMs,
      row.detail,
    );
  }
}

function spend(
  statements: Statements,
  nodeId: string,
  touched: readonly string[],
  spent: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, LeaseState> {
  const leases = new Map<string, LeaseState>();
  for (const meter of touched) {
    const lease = readLease(statements.lease.get(meter, nodeId));
    const amount = spent.get(meter) ?? 0n;
    const { taken, left } = consume(lease?.amount ?? 0n, amount);
    if (lease !== undefined) {
      const version = taken > 0n ? lease.version + 1 : lease.version;
      if (taken > 0n) statements.setLease.run(left, version, meter, nodeId);
      leases.set(meter, { amount: left, version });
    }
    if (amount > 0n) statements.meter.run(meter, meter.startsWith('wallet:') ? 0n : null, amount, -taken);
  }
  return leases;
}

function readLease(row: unknown): LeaseState | undefined {
  if (typeof row !== 'object' || row === null || !('amount_nanos' in row) || !('version' in row)) return undefined;
  if (typeof row.amount_nanos !== 'bigint') throw new TypeError('a lease is a whole number of nano-dollars');
  return { amount: row.amount_nanos, version: Number(row.version) };
}
