import type { Transaction } from 'kysely';
import { totalOf } from '../../domain/quote.ts';
import type { ChargeLine } from '../../domain/quote.ts';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import type { Check } from './audit-check.ts';
import { checksFor } from './audit-checks.ts';

/** One thing that does not fit: which check, about what, what stands there and what should. */
export type Problem = {
  readonly check: string;
  readonly subject: string;
  readonly found: string;
  readonly expected: string;
  /** What numbers among them are: nano-dollars, or something else. */
  readonly unit: Check['unit'];
};

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
          unit: check.unit,
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
        unit: 'nanos',
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
    const [bucket, quantity, rate, condition] = entry as readonly unknown[];
    if (typeof bucket !== 'string' || typeof quantity !== 'number' || typeof rate !== 'string') return undefined;
    const line = { bucket: bucket as ChargeLine['bucket'], quantity, rate: BigInt(rate) };
    // Only for people; the rows of prices without conditions have none.
    lines.push(typeof condition === 'string' ? { ...line, condition } : line);
  }
  return lines;
}
