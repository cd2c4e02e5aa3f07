import type { Database as Sqlite, SQLQueryBindings, Statement } from 'bun:sqlite';
import type { SqliteHandle } from '../dialect/sqlite.ts';
import { consume, hourly, hourlyFields, sumByHour, sumByMeter, usageEntries, type MeterSum } from './batch-sums.ts';
import { chargeColumns, logColumns, type Columns } from './posted-columns.ts';
import { logPlaces, type Batch, type Fault, type LeaseState, type Posted, type PostingRow } from './posting-row.ts';
import { readReserved, type Reserved } from './reservations.ts';

/** What posting.ts does, said in prepared statements: a query builder would cost more than the database (docs/decisions/0012). */
export function postBatchOnSqlite(
  handle: SqliteHandle,
  batch: Batch,
  which: 'all' | 'missing',
  fault: Fault,
): Promise<Posted> {
  return handle.exclusive((sqlite) => {
    const statements = statementsOf(sqlite);
    const found = which === 'all' ? batch.rows : missing(statements, batch.rows);
    const reserved = reservedOf(statements, found);
    const rows = reserved.settled.size === 0 ? found : found.filter(({ id }) => !reserved.settled.has(id));
    const sums = sumByMeter(rows, reserved);
    insertRows(statements, batch, rows);
    fault('post:after-rows');
    for (const sum of sumByHour(rows)) statements.hourly.run(...hourlyFields.map((field) => sum[field]));
    insertJournal(statements, batch, sums);
    fault('post:after-journal');
    // Rows that were there already tell as well what is left of their leases.
    const touched = rows === batch.rows ? sums : sumByMeter(batch.rows);
    const leases = spend(statements, batch.nodeId, sums, touched);
    for (const id of reserved.set.keys()) statements.settle.run(id);
    fault('post:before-commit');
    return { inserted: rows.length, leases };
  });
}

type Bound = Statement<unknown, SQLQueryBindings[]>;

/** Takes all its values as one array, which Bun binds quicker than as many arguments. */
type RowInsert = { run(values: readonly SQLQueryBindings[]): unknown };

type Name = 'hourly' | 'transaction' | 'entry' | 'known' | 'lease' | 'setLease' | 'meter' | 'reservation' | 'settle';
type Statements = Readonly<Record<Name, Bound> & Record<'charge' | 'log', RowInsert>>;

const prepared = new WeakMap<Sqlite, Statements>();

const insert = (table: string, names: readonly string[]): string =>
  `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`;

const adding = (names: readonly string[]): string =>
  `on conflict do update set ${names.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`;

function statementsOf(sqlite: Sqlite): Statements {
  const known = prepared.get(sqlite);
  if (known !== undefined) return known;
  const statement = (text: string): Bound => sqlite.prepare<unknown, SQLQueryBindings[]>(text);
  // Bun's types know of no array in place of the values; a function of nothing may be given anything.
  const rowInsert = (text: string): RowInsert => sqlite.prepare<unknown, []>(text);
  const meterSums = ['spent_nanos', 'leased_nanos', 'reserved_nanos'];
  const made: Statements = {
    charge: rowInsert(insert('charges', ['transaction_id', ...chargeColumns.names])),
    log: rowInsert(insert('request_logs', logColumns.names)),
    hourly: statement(`${insert('usage_rollups', hourly.names)} ${adding(hourly.sums)}`),
    transaction: statement(`insert into journal_transactions (id, kind, idempotency_key, at, actor, note)
      values (?, 'usage', ?, ?, ?, '')`),
    entry: statement('insert into journal_entries (transaction_id, account, amount_nanos) values (?,?,?)'),
    known: statement(`select 1 as known where exists (select 1 from charges where request_id = ?1)
      or exists (select 1 from request_logs where id = ?1)`),
    lease: statement('select amount_nanos, version from leases where meter_id = ? and node_id = ?'),
    setLease: statement('update leases set amount_nanos = ?, version = ? where meter_id = ? and node_id = ?'),
    meter: statement(`${insert('meters', ['id', 'kind', 'limit_nanos', ...meterSums])} ${adding(meterSums)}`),
    reservation: statement('select id, state, debits from reservations where id = ?'),
    settle: statement(`update reservations set state = 'settled' where id = ?`),
  };
  prepared.set(sqlite, made);
  return made;
}

function missing({ known }: Statements, rows: readonly PostingRow[]): readonly PostingRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(row.id) && seen.add(row.id) && known.get(row.id) === null);
}

function reservedOf({ reservation }: Statements, rows: readonly PostingRow[]): Reserved {
  const found: { readonly id: string; readonly state: string; readonly debits: string }[] = [];
  for (const { id, reserved } of rows) {
    const row = reserved === 0 ? null : reservation.get(id);
    if (typeof row !== 'object' || row === null || !('state' in row) || !('debits' in row)) continue;
    found.push({ id, state: `${row.state}`, debits: `${row.debits}` });
  }
  return readReserved(found);
}

/** Filled anew for each row: one array for each request would be one too many. */
const chargeValues: SQLQueryBindings[] = [null, ...chargeColumns.names.map(() => null)];
const logValues: SQLQueryBindings[] = logColumns.names.map(() => null);

function insertRows({ charge, log }: Statements, batch: Batch, rows: readonly PostingRow[]): void {
  chargeValues[0] = batch.transactionId;
  for (const row of rows) {
    if (row.charged) charge.run(filled(chargeValues, 1, row, chargeColumns));
    if (row.logged === logPlaces.beside) log.run(filled(logValues, 0, row, logColumns));
  }
}

function filled(values: SQLQueryBindings[], from: number, row: PostingRow, { fields }: Columns): SQLQueryBindings[] {
  let index = from;
  for (const field of fields) values[index++] = row[field];
  return values;
}

function insertJournal(statements: Statements, batch: Batch, sums: ReadonlyMap<string, MeterSum>): void {
  const entries = usageEntries(sums);
  if (entries.length === 0) return;
  statements.transaction.run(batch.transactionId, `usage:${batch.transactionId}`, batch.at, batch.nodeId);
  for (const [account, amount] of entries) statements.entry.run(batch.transactionId, account, amount);
}

function spend(
  statements: Statements,
  nodeId: string,
  sums: ReadonlyMap<string, MeterSum>,
  touched: ReadonlyMap<string, MeterSum>,
): ReadonlyMap<string, LeaseState> {
  const leases = new Map<string, LeaseState>();
  for (const [meter, { kind, spent, unleased, returned }] of sums) {
    const lease = readLease(statements.lease.get(meter, nodeId));
    const { taken, left } = consume(lease?.amount ?? 0n, spent - unleased);
    if (lease !== undefined) {
      const version = taken > 0n ? lease.version + 1 : lease.version;
      if (taken > 0n) statements.setLease.run(left, version, meter, nodeId);
      leases.set(meter, { amount: left, version });
    }
    statements.meter.run(meter, kind, kind === 'account' ? 0n : null, spent, -taken, -returned);
  }
  if (touched === sums) return leases;
  for (const meter of touched.keys()) {
    if (sums.has(meter)) continue;
    const lease = readLease(statements.lease.get(meter, nodeId));
    if (lease !== undefined) leases.set(meter, lease);
  }
  return leases;
}

function readLease(row: unknown): LeaseState | undefined {
  if (typeof row !== 'object' || row === null || !('amount_nanos' in row) || !('version' in row)) return undefined;
  if (typeof row.amount_nanos !== 'bigint') throw new TypeError('a lease is a whole number of nano-dollars');
  return { amount: row.amount_nanos, version: Number(row.version) };
}
