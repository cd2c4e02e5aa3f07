import { sql } from 'kysely';
import type { RawBuilder, Transaction } from 'kysely';
import { isUniqueViolation } from '../database.ts';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import { consume, hourly, hourlyFields, sumByHour, sumByMeter, usageEntries, type MeterSum } from './batch-sums.ts';
import { chargeColumns, logColumns, type Columns } from './posted-columns.ts';
import { logPlaces, type Batch, type Fault, type LeaseState, type Posted, type PostingRow } from './posting-row.ts';
import { postBatchOnSqlite } from './posting-sqlite.ts';
import { onConflictAdd, sqlList, sqlNames } from './portable.ts';
import { endReservations, lockReserved, readReserved, type Reserved } from './reservations.ts';

/**
 * Posts a batch in one transaction: charges and log rows that are not there yet, the journal entries of exactly those,
 * meters, leases and reservations, hourly sums. Posting rows again changes nothing. Throws when the database refuses or
 * is away.
 */
export async function postBatch(database: Database, batch: Batch, fault: Fault): Promise<Posted> {
  const attempt = (rows: 'all' | 'missing'): Promise<Posted> =>
    database.sqlite === undefined
      ? database.transact((db) => post(db, database.kind, batch, rows, fault))
      : postBatchOnSqlite(database.sqlite, batch, rows, fault);
  try {
    // Nearly always all are new; asking first would cost a look-up for each row.
    return await attempt('all');
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return await attempt('missing');
  }
}

async function post(
  db: Transaction<Tables>,
  kind: Database['kind'],
  batch: Batch,
  which: 'all' | 'missing',
  fault: Fault,
): Promise<Posted> {
  const found = which === 'all' ? batch.rows : await missing(db, batch.rows);
  // Reservations are locked before meters, by everybody.
  const reserved = await reservedOf(db, found);
  const rows = found.filter(({ id }) => !reserved.settled.has(id));
  const sums = sumByMeter(rows, reserved);
  await insertRows(db, batch, rows);
  fault('post:after-rows');
  await addHourlySums(db, kind, rows);
  await insertJournal(db, batch, sums);
  fault('post:after-journal');
  // Rows that were there already tell as well what is left of their leases.
  const touched = [...new Set([...sumByMeter(batch.rows).keys(), ...sums.keys()])].toSorted();
  const leases = touched.length === 0 ? noLeases : await spend(db, kind, batch.nodeId, touched, sums);
  if (reserved.set.size > 0) await endReservations(db, [...reserved.set.keys()]);
  fault('post:before-commit');
  return { inserted: rows.length, leases };
}

const noLeases: ReadonlyMap<string, LeaseState> = new Map();

async function missing(db: Transaction<Tables>, rows: readonly PostingRow[]): Promise<readonly PostingRow[]> {
  const ids = rows.map((row) => row.id);
  const charged = await db.selectFrom('charges').select('request_id').where('request_id', 'in', ids).execute();
  const logged = await db.selectFrom('request_logs').select('id').where('id', 'in', ids).execute();
  const known = new Set([...charged.map((row) => row.request_id), ...logged.map((row) => row.id)]);
  // A batch from a journal file may itself hold a row twice.
  return rows.filter((row) => !known.has(row.id) && known.add(row.id));
}

async function reservedOf(db: Transaction<Tables>, rows: readonly PostingRow[]): Promise<Reserved> {
  const ids = rows.flatMap(({ id, reserved }) => (reserved === 0 ? [] : [id]));
  return ids.length === 0 ? readReserved([]) : await lockReserved(db, ids);
}

async function insertRows(db: Transaction<Tables>, batch: Batch, rows: readonly PostingRow[]): Promise<void> {
  const charges = rows.filter(({ charged }) => charged);
  if (charges.length > 0) {
    const values = charges.map((row) => sql`(${batch.transactionId}, ${sql.join(valuesOf(row, chargeColumns))})`);
    await sql`insert into charges (transaction_id, ${sqlNames(chargeColumns.names)})
      values ${sql.join(values)}`.execute(db);
  }
  const logs = rows.filter(({ logged }) => logged === logPlaces.beside);
  if (logs.length === 0) return;
  const values = logs.map((row) => sql`(${sql.join(valuesOf(row, logColumns))})`);
  await sql`insert into request_logs (${sqlNames(logColumns.names)}) values ${sql.join(values)}`.execute(db);
}

const valuesOf = (row: PostingRow, { fields }: Columns): readonly RawBuilder<unknown>[] =>
  fields.map((field) => sql`${row[field]}`);

async function addHourlySums(
  db: Transaction<Tables>,
  kind: Database['kind'],
  rows: readonly PostingRow[],
): Promise<void> {
  const sums = sumByHour(rows);
  if (sums.length === 0) return;
  const values = sums.map((sum) => sql`(${sql.join(hourlyFields.map((field) => sql`${sum[field]}`))})`);
  await sql`insert into usage_rollups (${sqlNames(hourly.names)}) values ${sql.join(values)}
    ${onConflictAdd(kind, 'usage_rollups', hourly.key, hourly.sums)}`.execute(db);
}

/** Usage leaves the accounts and becomes revenue: the entries of the batch sum to zero. */
async function insertJournal(
  db: Transaction<Tables>,
  batch: Batch,
  sums: ReadonlyMap<string, MeterSum>,
): Promise<void> {
  const entries = usageEntries(sums);
  if (entries.length === 0) return;
  await db
    .insertInto('journal_transactions')
    .values({
      id: batch.transactionId,
      kind: 'usage',
      idempotency_key: `usage:${batch.transactionId}`,
      at: batch.at,
      actor: batch.nodeId,
      note: '',
    })
    .execute();
  await db
    .insertInto('journal_entries')
    .values(
      entries.map(([account, amount]) => ({ transaction_id: batch.transactionId, account, amount_nanos: amount })),
    )
    .execute();
}

/** Takes the sums from the meters, and from the node's leases as far as they reach. */
async function spend(
  db: Transaction<Tables>,
  kind: Database['kind'],
  nodeId: string,
  touched: readonly string[],
  sums: ReadonlyMap<string, MeterSum>,
): Promise<ReadonlyMap<string, LeaseState>> {
  // Whoever changes a lease locks its meter first, always in the order of the ids: no deadlocks, no lost lease.
  await sql`select id from meters where id in (${sqlList(touched)}) order by id for update`.execute(db);
  const rows = await db
    .selectFrom('leases')
    .select(['meter_id', 'amount_nanos', 'version'])
    .where('node_id', '=', nodeId)
    .where('meter_id', 'in', touched)
    .execute();
  const leases = new Map<string, LeaseState>(
    rows.map((row) => [row.meter_id, { amount: row.amount_nanos, version: row.version }]),
  );
  const meterValues = [];
  const leaseValues = [];
  for (const [meter, { kind: account, spent, unleased, returned }] of sums) {
    const lease = leases.get(meter);
    const { taken, left } = consume(lease?.amount ?? 0n, spent - unleased);
    if (lease !== undefined && taken > 0n) {
      const changed = { amount: left, version: lease.version + 1 };
      leases.set(meter, changed);
      leaseValues.push(sql`(${nodeId}, ${meter}, ${changed.amount}, ${changed.version})`);
    }
    const limit = account === 'account' ? 0n : null;
    meterValues.push(sql`(${meter}, ${account}, ${limit}, ${spent}, ${-taken}, ${-returned})`);
  }
  if (leaseValues.length > 0) {
    const set =
      kind === 'mysql'
        ? sql`on duplicate key update amount_nanos = values(amount_nanos), version = values(version)`
        : sql`on conflict (meter_id, node_id) do update set amount_nanos = excluded.amount_nanos, version = excluded.version`;
    await sql`insert into leases (node_id, meter_id, amount_nanos, version) values ${sql.join(leaseValues)} ${set}`.execute(
      db,
    );
  }
  if (meterValues.length > 0) {
    await sql`insert into meters (id, kind, limit_nanos, spent_nanos, leased_nanos, reserved_nanos)
      values ${sql.join(meterValues)}
      ${onConflictAdd(kind, 'meters', ['id'], ['spent_nanos', 'leased_nanos', 'reserved_nanos'])}`.execute(db);
  }
  return leases;
}
