import { afterEach, expect, test } from 'bun:test';
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readBackgroundJob } from '../../domain/background-job.ts';
import { keyMeter, walletMeter } from '../../domain/meters.ts';
import { nanos, zeroNanos } from '../../domain/money.ts';
import type { Database } from '../../store/database.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { migrate, migrations } from '../../store/migrations/index.ts';
import { requestLogRepository } from '../../store/request-log.ts';
import type { Tables } from '../../store/tables.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { readOutbox } from '../outbox/outbox.ts';
import { readRow, writeRow } from '../outbox/row-text.ts';
import { mustHold, settled, testFolder, testLedger, testRecord } from './testing/ledger.ts';
import { repair, verify } from './verify.ts';

/**
 * What a gateway left behind that was killed under load, of the last version that did not write down who pays: its books
 * (all tables of the ledger, from SQLite), the files of its outbox, and the rows in them as that version read them.
 */
const left = join(import.meta.dir, 'fixtures/before-debits');
const json = (name: string): unknown => JSON.parse(readFileSync(join(left, name), 'utf8'));
const nodeId = 'n.node_01k800000007';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A data folder with the outbox as it was left. */
function leftFolder(): string {
  const { path, clear } = testFolder();
  cleanups.push(clear);
  const outbox = join(path, 'outbox', nodeId);
  mkdirSync(outbox, { recursive: true });
  for (const name of readdirSync(left)) if (name.endsWith('.seg')) copyFileSync(join(left, name), join(outbox, name));
  return path;
}

/** Brings a database to the state in which the version before left it, and then up to date. */
async function restore(database: Database): Promise<void> {
  const before = migrations.findIndex(({ name }) => name === '0007-debits');
  await migrate(database, migrations.slice(0, before));
  await database.transact(async (db) => {
    for (const [table, rows] of Object.entries(json('books.json') as Record<string, Record<string, unknown>[]>))
      for (const row of rows) {
        const values = Object.entries(row).map(([name, value]) => [
          name,
          name.endsWith('_nanos') && typeof value === 'string' ? BigInt(value) : value,
        ]);
        await db
          .insertInto(table as keyof Tables)
          .values(Object.fromEntries(values) as never)
          .execute();
      }
  });
  await migrate(database);
}

type KnownRow = { readonly amount: { readonly nanos: string }; readonly charge?: object };

test('rows that the version before wrote are read as it read them, with who pays', () => {
  const { rows, damaged } = readOutbox(left);
  expect(damaged).toEqual([]);
  const known = json('rows.json') as readonly KnownRow[];
  expect(rows).toHaveLength(known.length);
  for (const [index, text] of rows.entries()) {
    const row = readRow(text);
    const { amount, charge, ...fields } = known[index] ?? { amount: { nanos: '' } };
    expect(row).toMatchObject({ ...fields, ...charge, amount: BigInt(amount.nanos), charged: charge !== undefined });
    expect(row.debits).toEqual(
      charge === undefined
        ? []
        : [
            { meter: walletMeter(row.userId), kind: 'account', amount: nanos(row.amount) },
            { meter: keyMeter(row.keyId), kind: 'limit', amount: nanos(row.amount) },
          ],
    );
    // Written anew, it is the same row.
    expect(readRow(writeRow(row))).toEqual(row);
  }
  expect(rows.map((text) => readRow(text).charged)).toContain(false);
});

eachDatabase('after an upgrade', (open) => {
  test('books and outbox of the version before agree, and go on agreeing', async () => {
    const database = await open({ migrate: false });
    await restore(database);
    expect(await verify(database, 0)).toEqual({ unexplained: 0, problems: [] });
    const kinds = await database.db.selectFrom('meters').select(['id', 'kind', 'period']).orderBy('id').execute();
    expect(kinds).toEqual([
      { id: 'key:key_1', kind: 'limit', period: 'ever' },
      { id: 'key:key_3', kind: 'limit', period: 'ever' },
      { id: 'wallet:usr_1', kind: 'account', period: 'ever' },
      { id: 'wallet:usr_2', kind: 'account', period: 'ever' },
      { id: 'wallet:usr_3', kind: 'account', period: 'ever' },
    ]);

    const heir = testLedger(database, leftFolder());
    await heir.start();
    await settled(heir, await mustHold(heir, 100n, true), testRecord(90n));
    await heir.close();
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
    // 24 that were posted, four of the outbox that were not, and the new one.
    const { charges } = await database.db
      .selectFrom('charges')
      .select(({ fn }) => fn.countAll<number>().as('charges'))
      .executeTakeFirstOrThrow();
    expect(charges).toBe(29);
    const meters = await meterStatus(database, ['wallet:usr_1', 'wallet:usr_2', 'key:key_1', 'key:key_3']);
    expect(meters.get('wallet:usr_1')).toMatchObject({ limit: 1_000_000n, spent: 1490n, leased: 0n });
    expect(meters.get('key:key_1')).toMatchObject({ limit: 600_000n, spent: 1490n, leased: 0n });
    expect(meters.get('wallet:usr_2')).toMatchObject({ remaining: 443_135_801_477n, leased: 0n });
    expect(meters.get('key:key_3')).toMatchObject({ spent: 56_864_197_523n, limit: undefined });
    expect(await requestLogRepository.find(database.db, 'req_01k800000050')).toMatchObject({
      status: 200,
      bill: { priceVersion: 'prc_1' },
    });

    // What is only a projection comes out the same when it is made anew.
    await database.db.updateTable('meters').set({ spent_nanos: 1n, kind: 'limit' }).execute();
    expect(await repair(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
    expect(await meterStatus(database, [...meters.keys()])).toEqual(meters);
  });

  test('an answer in the background of the version before is still paid by its user', async () => {
    const database = await open({ migrate: false });
    await restore(database);
    const row = await database.db.selectFrom('background_responses').select('job').executeTakeFirstOrThrow();
    const job = readBackgroundJob(row.job);
    expect(job.record.debits.map(({ meter, kind, amount }) => [meter, kind, amount])).toEqual([
      ['wallet:usr_2', 'account', zeroNanos],
      ['key:key_2', 'limit', zeroNanos],
    ]);
    expect(job.multiplier).toBe(1_500_000n);
  });
});
