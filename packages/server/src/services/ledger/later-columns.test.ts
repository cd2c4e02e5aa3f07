import { expect, test } from 'bun:test';
import { sql } from 'kysely';
import { eachDatabase } from '../../store/testing/databases.ts';
import { mustHold, settled, testCredit, testFolder, testLedger, testRecord } from './testing/ledger.ts';
import { verify } from './verify.ts';

const tables = [
  'charges',
  'request_logs',
  'usage_rollups',
  'meters',
  'leases',
  'journal_transactions',
  'journal_entries',
];

eachDatabase('a database that a later version has migrated', (open) => {
  test('is posted to by this one: what it writes it names', async () => {
    const database = await open({ changesSchema: true });
    // What comes with a version must not stop the processes of the version before (docs/decisions).
    for (const table of tables) {
      await sql`alter table ${sql.table(table)} add column later_text varchar(20) default '' not null`.execute(
        database.db,
      );
      await sql`alter table ${sql.table(table)} add column later_count integer default 7 not null`.execute(database.db);
    }
    await testCredit(database, 1000n);
    const { path, clear } = testFolder();
    const ledger = testLedger(database, path);
    await ledger.start();
    await settled(ledger, await mustHold(ledger, 100n), testRecord(70n));
    await settled(ledger, await mustHold(ledger, 100n), testRecord(undefined));
    await ledger.close();
    clear();
    expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
    const { rows } = await sql<{ posted: unknown }>`select count(*) as posted from charges
      where later_count = 7 and later_text = ''`.execute(database.db);
    expect(Number(rows[0]?.posted)).toBe(1);
  });
});
