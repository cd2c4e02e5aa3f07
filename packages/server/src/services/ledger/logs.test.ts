import { afterEach, expect, test } from 'bun:test';
import type { Database } from '../../store/database.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { logPlaces, type LogPlace } from '../../store/ledger/posting-row.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { openLedger, type LedgerOptions, type OpenLedger } from './ledger.ts';
import type { LogLine, RequestLogs } from './logs.ts';
import {
  mustHold,
  pay,
  settled,
  testCredit,
  testFolder,
  testId,
  testKeyLimit,
  testPlan,
  testRecord,
} from './testing/ledger.ts';
import { verify } from './verify.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const { path, clear } = testFolder();
  cleanups.push(clear);
  return path;
}

/** A ledger whose log lines go where `logs` says. */
const withLogs = (
  database: Database,
  dataDir: string,
  logs: RequestLogs,
  options: Partial<LedgerOptions> = {},
): OpenLedger =>
  openLedger({
    database,
    nodeId: 'n',
    dataDir,
    clock: { now: () => Date.now() },
    newId: testId,
    log: { warn: () => undefined, error: () => undefined },
    logs,
    options: { postIntervalMs: 5, heartbeatMs: 200, ...options },
  });

const agree = async (database: Database): Promise<void> => {
  expect(await verify(database, Date.now())).toEqual({ unexplained: 0, problems: [] });
};

eachDatabase('charge and log', (open) => {
  test('a log that is sampled, or kept elsewhere, or lost there, changes nothing about the money', async () => {
    const database = await open();
    await testCredit(database, 10_000n);
    await testKeyLimit(database, null);
    const places: readonly LogPlace[] = ['beside', 'dropped', 'elsewhere'];
    const lines: LogLine[] = [];
    let count = 0;
    const ledger = withLogs(database, folder(), {
      placeOf: () => places[count++ % 3] ?? 'beside',
      take: (sent) => {
        lines.push(...sent);
        return Promise.reject(new Error('it is down'));
      },
    });
    cleanups.push(() => ledger.close());
    await ledger.start();
    const ids: string[] = [];
    for (let index = 0; index < 9; index++) {
      const id = testId('req');
      ids.push(id);
      await pay(ledger, testPlan(10n), 7n, { id });
    }
    for (let index = 0; index < 3; index++) ledger.note(testRecord(undefined));
    await ledger.close();
    const charges = await database.db
      .selectFrom('charges')
      .select(['request_id', 'logged'])
      .orderBy('request_id')
      .execute();
    expect(charges).toEqual(
      ids.map((id, index) => ({ request_id: id, logged: logPlaces[places[index % 3] ?? 'beside'] })),
    );
    const logged = await database.db
      .selectFrom('request_logs')
      .select('id')
      .where('status', '=', 200)
      .orderBy('id')
      .execute();
    expect(logged.map(({ id }) => id)).toEqual(ids.filter((_, index) => index % 3 === 0));
    expect(lines.filter(({ charged }) => charged).map(({ id }) => id)).toEqual(
      ids.filter((_, index) => index % 3 === 2),
    );
    expect(lines[0]).toMatchObject({
      amount: 7n,
      detail: expect.stringContaining('"served":"gpt-4o-mini"') as unknown,
    });
    // Charts are of all requests, whatever became of their lines.
    const sums = await database.db.selectFrom('usage_rollups').select(['requests', 'errors', 'amount_nanos']).execute();
    expect(sums.reduce((all, { requests }) => all + requests, 0)).toBe(12);
    expect(sums.reduce((all, { amount_nanos: amount }) => all + amount, 0n)).toBe(63n);
    expect((await meterStatus(database, ['wallet:usr_1'])).get('wallet:usr_1')).toMatchObject({ spent: 63n });
    await agree(database);

    // A line that was written here, and is gone, is still missed.
    await database.db
      .deleteFrom('request_logs')
      .where('id', '=', ids[3] ?? '')
      .execute();
    expect((await verify(database, Date.now())).problems.map(({ check, subject }) => [check, subject])).toEqual([
      ['every charge that was logged is in the log', ids[3] ?? ''],
    ]);
  });

  test('lines that go elsewhere are sent by whoever posts what a dead process left', async () => {
    const database = await open();
    await testCredit(database, 100n);
    const dataDir = folder();
    const sent: string[] = [];
    const logs: RequestLogs = {
      placeOf: () => 'elsewhere',
      take: (lines) => {
        sent.push(...lines.map(({ id }) => id));
        return Promise.resolve();
      },
    };
    const dying = withLogs(database, dataDir, logs, {
      closeTimeoutMs: 0,
      fault: (point) => {
        if (point === 'post:before') throw new Error('dead');
      },
    });
    await dying.start();
    await settled(dying, await mustHold(dying, 10n), testRecord(7n, { id: 'req_1' }));
    await dying.close();
    expect(sent).toEqual([]);
    const heir = withLogs(database, dataDir, logs);
    await heir.start();
    await heir.close();
    expect(sent).toEqual(['req_1']);
    await agree(database);
  });
});
