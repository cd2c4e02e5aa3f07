import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { isUniqueViolation } from '../database.ts';
import type { Database } from '../database.ts';
import type { Tables } from '../schema.ts';
import { consume, rollUp, spentByMeter, usageEntries } from './posting-row.ts';
import type { Batch, Fault, LeaseState, Posted, PostingRow } from './posting-row.ts';
import { postBatchOnSqlite } from './posting-sqlite.ts';
import { onConflictAdd, sqlList } from './portable.ts';

/**
 * Posts a batch in one transaction: charges and log rows that are not there yet, the journal entries of exactly those,
 * meters and leases, rollups. Posting rows again changes nothing. Throws when the database refuses or is away.
 */
export async function postBatch(database: Database, batch: Batch, fault: Fault): Promise<Posted> {
  const attempt = (rows: 'all' | 'missing'): Promise<Posted> =>
    database.sqlite === undefined
      ? database.transact((transaction) => post(transaction, database.kind, batch, rows, fault))
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
  const rows = which === 'all' ? batch.rows : await missing(db, batch.rows);
  const spentByAll = spentByMeter(batch.rows);
  const spent = which === 'all' ? spentByAll : spentByMeter(rows);
  await insertRows(db, batch, rows);
  fault('post:after-rows');
  await addRollups(db, kind, rows);
  if (spent.size > 0) await insertJournal(db, batch, spent);
  fault('post:after-journal');
  const touched = [...spentByAll.keys()];
  const leases =
    touched.length === 0 ? new Map<string, LeaseState>() : await spend(db, kind, batch.nodeId, touched, spent);
  fault('post:before-commit');
  return { inserted: rows.length, leases, spent: spentByAll };
}

async function missing(db: Transaction<Tables>, rows: readonly PostingRow[]): Promise<readonly PostingRow[]> {
  const ids = rows.map((row) => row.id);
  const charged = await db.selectFrom('charges').select('request_id').where('request_id', 'in', ids).execute();
  const logged = await db.selectFrom('request_logs').select('id').where('id', 'in', ids).execute();
  const known = new Set([...charged.map((row) => row.request_id), ...logged.map((row) => row.id)]);
  // A batch from a journal file may itself hold a row twice.
  return rows.filter((row) => !known.has(row.id) && known.add(row.id));
}

async function insertRows(db: Transaction<Tables>, batch: Batch, rows: readonly PostingRow[]): Promise<void> {
  if (rows.length === 0) return;
  const charges = rows.flatMap((row) =>
    row.charge === undefined
      ? []
      : [
          sql`(${row.id}, ${batch.transactionId}, ${row.userId}, ${row.keyId}, ${row.amount}, ${row.charge.priceVersion},
            ${row.charge.multiplier}, ${row.charge.lines}, ${row.charge.usage}, ${row.charge.source}, ${row.at})`,
        ],
  );
  if (charges.length > 0) {
    await sql`insert into charges (request_id, transaction_id, user_id, key_id, amount_nanos, price_version,
      multiplier, bill_lines, usage_json, source, created_at) values ${sql.join(charges)}`.execute(db);
  }
  const logs = rows.map(
    (row) => sql`(${row.id}, ${row.at}, ${row.userId}, ${row.keyId}, ${row.model}, ${row.channelId}, ${row.status},
      ${row.failed}, ${row.errorCode}, ${row.stream}, ${row.inputTokens}, ${row.outputTokens}, ${row.amount},
      ${row.ttftMs}, ${row.totalMs}, ${row.detail})`,
  );
  await sql`insert into request_logs (id, at, user_id, key_id, model, channel_id, status, failed, error_code, stream,
    input_tokens, output_tokens, amount_nanos, ttft_ms, total_ms, detail) values ${sql.join(logs)}`.execute(db);
}

async function addRollups(db: Transaction<Tables>, kind: Database['kind'], rows: readonly PostingRow[]): Promise<void> {
  const sums = rollUp(rows);
  if (sums.length === 0) return;
  const values = sums.map(
    (sum) => sql`(${sum.hour}, ${sum.userId}, ${sum.model}, ${sum.channelId}, ${sum.requests}, ${sum.errors},
      ${sum.inputTokens}, ${sum.outputTokens}, ${sum.amount}, ${sum.ttftMs}, ${sum.totalMs})`,
  );
  await sql`insert into log_rollups (hour, user_id, model, channel_id, requests, errors, input_tokens, output_tokens,
    amount_nanos, ttft_ms, total_ms) values ${sql.join(values)}
    ${onConflictAdd(
      kind,
      'log_rollups',
      ['hour', 'user_id', 'model', 'channel_id'],
      ['requests', 'errors', 'input_tokens', 'output_tokens', 'amount_nanos', 'ttft_ms', 'total_ms'],
    )}`.execute(db);
}

/** Usage leaves the wallets and becomes revenue: the entries of the batch sum to zero. */
async function insertJournal(db: Transaction<Tables>, batch: Batch, spent: ReadonlyMap<string, bigint>): Promise<void> {
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
      usageEntries(spent).map(([account, amount]) => ({
        transaction_id: batch.transactionId,
        account,
        amount_nanos: amount,
      })),
    )
    .execute();
}

/** Takes the sums from the meters, and from the node's leases as far as they reach. */
async function spend(
  db: Transaction<Tables>,
  kind: Database['kind'],
  nodeId: string,
  touched: readonly string[],
  spent: ReadonlyMap<string, bigint>,
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
  for (const [meter, amount] of spent) {
    const lease = leases.get(meter);
    const { taken, left } = consume(lease?.amount ?? 0n, amount);
    if (lease !== undefined && taken > 0n) {
      const changed = { amount: left, version: lease.version + 1 };
      leases.set(meter, changed);
      leaseValues.push(sql`(${nodeId}, ${meter}, ${changed.amount}, ${changed.version})`);
    }
    meterValues.push(sql`(${meter}, ${meter.startsWith('wallet:') ? 0n : null}, ${amount}, ${-taken})`);
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
    await sql`insert into meters (id, limit_nanos, spent_nanos, leased_nanos) values ${sql.join(meterValues)}
      ${onConflictAdd(kind, 'meters', ['id'], ['spent_nanos', 'leased_nanos'])}`.execute(db);
  }
  return leases;
}
