import { sql } from 'kysely';
import type { RawBuilder, Transaction } from 'kysely';
import { totalOf } from '../../domain/quote.ts';
import type { ChargeLine } from '../../domain/quote.ts';
import type { Database, DatabaseKind } from '../database.ts';
import type { Tables } from '../schema.ts';

/** One thing that does not fit: which check, about what, what stands there and what should. */
export type Problem = {
  readonly check: string;
  readonly subject: string;
  readonly found: string;
  readonly expected: string;
};

type Row = {
  readonly subject: string;
  readonly found_nanos: bigint | null;
  readonly expected_nanos: bigint | null;
};

type Check = { readonly name: string; readonly query: RawBuilder<Row> };

/** Problems listed of each check; the count is of all. */
const shown = 100;

/** Recomputes the books from the journal and the charges, over one unchanging view. An empty answer proves that they agree. */
export function auditBooks(
  database: Database,
  silentSince: number,
): Promise<{ readonly unexplained: number; readonly problems: readonly Problem[] }> {
  return database.readSnapshot(async (view) => {
    let unexplained = 0;
    const problems: Problem[] = [];
    for (const check of checksFor(database.kind, silentSince)) {
      const { rows } = await check.query.execute(view);
      unexplained += rows.length;
      for (const row of rows.slice(0, shown)) {
        problems.push({
          check: check.name,
          subject: row.subject,
          found: `${row.found_nanos ?? 'nothing'}`,
          expected: `${row.expected_nanos ?? 'nothing'}`,
        });
      }
    }
    for await (const problem of wrongBills(view)) {
      unexplained++;
      if (unexplained - problems.length < shown) problems.push(problem);
    }
    return { unexplained, problems };
  });
}

function checksFor(kind: DatabaseKind, silentSince: number): readonly Check[] {
  const skip = (prefix: string, column: string): RawBuilder<unknown> =>
    kind === 'mysql'
      ? sql`concat(${sql.lit(prefix)}, ${sql.ref(column)})`
      : sql`${sql.lit(prefix)} || ${sql.ref(column)}`;
  const rows = (query: RawBuilder<Row>): RawBuilder<Row> => query;
  return [
    {
      name: 'the entries of a transaction sum to zero',
      query: rows(sql`select transaction_id as subject, sum(amount_nanos) as found_nanos, 0 as expected_nanos
        from journal_entries group by transaction_id having sum(amount_nanos) <> 0`),
    },
    {
      name: 'every entry belongs to a transaction',
      query: rows(sql`select e.transaction_id as subject, e.amount_nanos as found_nanos, null as expected_nanos
        from journal_entries e left join journal_transactions t on t.id = e.transaction_id where t.id is null`),
    },
    {
      name: 'every transaction has entries',
      query: rows(sql`select t.id as subject, null as found_nanos, null as expected_nanos
        from journal_transactions t where not exists (select 1 from journal_entries e where e.transaction_id = t.id)`),
    },
    {
      name: 'charges are what was posted for them',
      query: rows(sql`select c.subject, e.amount_nanos as found_nanos, c.amount_nanos as expected_nanos from (
          select transaction_id as subject, ${skip('wallet:', 'user_id')} as account, -sum(amount_nanos) as amount_nanos
          from charges group by transaction_id, user_id having sum(amount_nanos) <> 0) c
        left join journal_entries e on e.transaction_id = c.subject and e.account = c.account
        where e.amount_nanos is null or e.amount_nanos <> c.amount_nanos`),
    },
    {
      name: 'usage in the journal comes from charges',
      query: rows(sql`select t.id as subject, e.amount_nanos as found_nanos, c.amount_nanos as expected_nanos
        from journal_transactions t
        join journal_entries e on e.transaction_id = t.id and e.account = 'revenue'
        left join (select transaction_id, sum(amount_nanos) as amount_nanos from charges group by transaction_id) c
          on c.transaction_id = t.id
        where t.kind = 'usage' and (c.amount_nanos is null or c.amount_nanos <> e.amount_nanos)`),
    },
    {
      name: 'a wallet holds what was credited to it',
      query:
        rows(sql`select m.id as subject, m.limit_nanos as found_nanos, coalesce(j.amount_nanos, 0) as expected_nanos
        from meters m left join (
          select e.account, sum(e.amount_nanos) as amount_nanos from journal_entries e
          join journal_transactions t on t.id = e.transaction_id
          where t.kind <> 'usage' and e.account like 'wallet:%' group by e.account) j on j.account = m.id
        where m.id like 'wallet:%' and (m.limit_nanos is null or m.limit_nanos <> coalesce(j.amount_nanos, 0))`),
    },
    {
      name: 'a wallet spent what its charges say',
      query:
        rows(sql`select m.id as subject, m.spent_nanos as found_nanos, coalesce(c.amount_nanos, 0) as expected_nanos
        from meters m left join (
          select ${skip('wallet:', 'user_id')} as id, sum(amount_nanos) as amount_nanos from charges group by user_id) c
          on c.id = m.id
        where m.id like 'wallet:%' and m.spent_nanos <> coalesce(c.amount_nanos, 0)`),
    },
    {
      name: 'a key spent what its charges say',
      query:
        rows(sql`select m.id as subject, m.spent_nanos as found_nanos, coalesce(c.amount_nanos, 0) as expected_nanos
        from meters m left join (
          select ${skip('key:', 'key_id')} as id, sum(amount_nanos) as amount_nanos from charges group by key_id) c
          on c.id = m.id
        where m.id like 'key:%' and m.spent_nanos <> coalesce(c.amount_nanos, 0)`),
    },
    {
      name: 'every account of the journal has its meter',
      query: rows(sql`select e.account as subject, null as found_nanos, sum(e.amount_nanos) as expected_nanos
        from journal_entries e left join meters m on m.id = e.account
        where e.account like 'wallet:%' and m.id is null group by e.account`),
    },
    {
      name: 'the leases of a meter are what it has lent',
      query:
        rows(sql`select m.id as subject, m.leased_nanos as found_nanos, coalesce(l.amount_nanos, 0) as expected_nanos
        from meters m left join (select meter_id, sum(amount_nanos) as amount_nanos from leases group by meter_id) l
          on l.meter_id = m.id
        where m.leased_nanos <> coalesce(l.amount_nanos, 0)`),
    },
    {
      name: 'no lease outlives its node',
      query: rows(sql`select l.meter_id as subject, l.amount_nanos as found_nanos, 0 as expected_nanos
        from leases l left join nodes n on n.id = l.node_id
        where l.amount_nanos <> 0 and (n.id is null or n.heartbeat_at < ${silentSince})`),
    },
    {
      name: 'no lease is negative',
      query: rows(sql`select meter_id as subject, amount_nanos as found_nanos, 0 as expected_nanos
        from leases where amount_nanos < 0`),
    },
    {
      name: 'the log shows what was charged',
      query: rows(sql`select r.id as subject, r.amount_nanos as found_nanos, c.amount_nanos as expected_nanos
        from request_logs r left join charges c on c.request_id = r.id
        where r.amount_nanos <> coalesce(c.amount_nanos, 0)`),
    },
    {
      // Retention takes the oldest rows of the log, so only what is younger than its first row must be there.
      name: 'every charge is in the log',
      query: rows(sql`select c.request_id as subject, null as found_nanos, c.amount_nanos as expected_nanos
        from charges c left join request_logs r on r.id = c.request_id
        where r.id is null and c.request_id > (select min(id) from request_logs)`),
    },
    {
      name: 'the hourly sums are those of the charges',
      query: rows(sql`select concat('hour ', c.hour) as subject, coalesce(r.amount_nanos, 0) as found_nanos,
          c.amount_nanos as expected_nanos
        from (select created_at - created_at % 3600000 as hour, sum(amount_nanos) as amount_nanos from charges
          group by created_at - created_at % 3600000) c
        left join (select hour, sum(amount_nanos) as amount_nanos from log_rollups group by hour) r on r.hour = c.hour
        where coalesce(r.amount_nanos, 0) <> c.amount_nanos`),
    },
  ];
}

const pageRows = 2000;

/** Bills whose lines do not come to their amount. */
async function* wrongBills(view: Transaction<Tables>): AsyncGenerator<Problem> {
  let after = '';
  for (;;) {
    const rows = await view
      .selectFrom('charges')
      .select(['request_id', 'amount_nanos', 'multiplier', 'bill_lines'])
      .where('request_id', '>', after)
      .orderBy('request_id')
      .limit(pageRows)
      .execute();
    for (const row of rows) {
      const expected = amountOf(row.bill_lines, row.multiplier);
      if (expected === row.amount_nanos) continue;
      yield {
        check: 'a bill comes to what its lines say',
        subject: row.request_id,
        found: `${row.amount_nanos}`,
        expected: `${expected ?? 'lines that can be read'}`,
      };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = last.request_id;
  }
}

function amountOf(json: string, multiplier: number): bigint | undefined {
  const lines = readBillLines(json);
  return lines && totalOf(lines, BigInt(multiplier));
}

/** The lines of a bill from their JSON; undefined when it is none. */
export function readBillLines(json: string): readonly ChargeLine[] | undefined {
  const parsed: unknown = JSON.parse(json);
  if (!Array.isArray(parsed)) return undefined;
  const lines: ChargeLine[] = [];
  for (const entry of parsed as readonly unknown[]) {
    if (!Array.isArray(entry)) return undefined;
    const [bucket, quantity, rate] = entry as readonly unknown[];
    if (typeof bucket !== 'string' || typeof quantity !== 'number' || typeof rate !== 'string') return undefined;
    lines.push({ bucket: bucket as ChargeLine['bucket'], quantity, rate: BigInt(rate) });
  }
  return lines;
}

/**
 * Rebuilds what is only a projection: limits and spendings of wallets, spendings of keys, sums of leases; strikes off
 * leases of nodes that are not on the list. Journal and charges are never touched.
 */
export function rebuildProjections(database: Database): Promise<void> {
  const concat = (prefix: string, column: string): RawBuilder<unknown> =>
    database.kind === 'mysql'
      ? sql`concat(${sql.lit(prefix)}, ${sql.ref(column)})`
      : sql`${sql.lit(prefix)} || ${sql.ref(column)}`;
  return database.transact(async (db) => {
    // All rows at once, in the order in which everybody locks them.
    if (database.kind !== 'sqlite') await sql`select id from meters order by id for update`.execute(db);
    await sql`delete from leases where node_id not in (select id from nodes)`.execute(db);
    const ignore = database.kind === 'mysql' ? sql`on duplicate key update id = id` : sql`on conflict do nothing`;
    await sql`insert into meters (id, limit_nanos, spent_nanos, leased_nanos)
      select account, 0, 0, 0 from journal_entries where account like 'wallet:%' group by account ${ignore}`.execute(
      db,
    );
    await sql`update meters set
      limit_nanos = case when id like 'wallet:%' then coalesce((
        select sum(e.amount_nanos) from journal_entries e join journal_transactions t on t.id = e.transaction_id
        where e.account = meters.id and t.kind <> 'usage'), 0) else limit_nanos end,
      spent_nanos = coalesce((
        select sum(s.amount_nanos) from (
          select ${concat('wallet:', 'user_id')} as id, sum(amount_nanos) as amount_nanos from charges group by user_id
          union all
          select ${concat('key:', 'key_id')} as id, sum(amount_nanos) as amount_nanos from charges group by key_id) s
        where s.id = meters.id), 0),
      leased_nanos = coalesce((select sum(l.amount_nanos) from leases l where l.meter_id = meters.id), 0)`.execute(db);
  });
}
