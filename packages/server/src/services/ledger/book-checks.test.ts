import { afterEach, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { sampleRequest } from '../../http/testing/admin-app.ts';
import type { Database } from '../../store/database.ts';
import { registerNode } from '../../store/ledger/nodes.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { testJobs, until } from '../jobs/testing/jobs.ts';
import { beginBookCheck, bookCheckJobs, listBookChecks } from './book-checks.ts';
import { nodesOf } from './nodes.ts';
import { verify } from './verify.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

let ids = 0;
function depsOf(database: Database, check = () => verify(database, Date.now())) {
  const jobs = testJobs(database);
  cleanups.push(() => jobs.stop());
  const deps = { database, jobs, now: () => Date.now(), newId: () => String(++ids).padStart(6, '0') };
  return { ...deps, run: () => jobs.start(bookCheckJobs(deps, check)) };
}

eachDatabase('a check of the books', (open) => {
  test('tells that they agree, and afterwards what does not fit', async () => {
    const database = await open();
    const rows = [postingRow(sampleRequest('usr_1', 'key_1', 1))];
    await postBatch(database, { transactionId: 'tx_1', at: 1, nodeId: 'n', rows }, () => undefined);
    const { run, ...deps } = depsOf(database);
    const first = await beginBookCheck(deps, 'user:usr_root');
    expect(first).toMatchObject({ state: 'running', askedBy: 'user:usr_root', finishedAt: null });
    // One at a time: who asks again is shown the same.
    expect((await beginBookCheck(deps, 'user:usr_other')).id).toBe(first.id);
    run();
    await until(async () => (await listBookChecks(deps))[0]?.state !== 'running');
    expect((await listBookChecks(deps))[0]).toMatchObject({ id: first.id, state: 'agree', unexplained: 0 });

    await sql`update charges set amount_nanos = amount_nanos + 1`.execute(database.db);
    await beginBookCheck(deps, 'user:usr_root');
    await until(async () => (await listBookChecks(deps))[0]?.state !== 'running');
    const [second, ...before] = await listBookChecks(deps);
    expect(second?.state).toBe('differ');
    expect(second?.unexplained).toBeGreaterThan(0);
    expect(second?.problems[0]).toMatchObject({ subject: expect.any(String), found: expect.any(String) });
    expect(before.map(({ id }) => id)).toEqual([first.id]);
  });

  test('that cannot be made says so, once it has been tried again', async () => {
    const database = await open();
    let tries = 0;
    const { run, ...deps } = depsOf(database, () => {
      tries += 1;
      return Promise.reject(new Error('no verdict today'));
    });
    await beginBookCheck(deps, 'user:usr_root');
    run();
    await until(() => tries === 1);
    expect((await listBookChecks(deps))[0]?.state).toBe('running');
    // The second attempt waits for its back-off; it is made due.
    await until(async () => {
      await sql`update jobs set due_at = 1 where kind = 'books.verify' and state = 'waiting'`.execute(database.db);
      deps.jobs.wake();
      return (await listBookChecks(deps))[0]?.state === 'failed';
    });
    expect(tries).toBe(2);
    expect((await listBookChecks(deps))[0]).toMatchObject({ unexplained: null, problems: [] });
  });
});

eachDatabase('nodes', (open) => {
  test('tell their version, who lives, and what they hold', async () => {
    const database = await open();
    const now = 10_000_000;
    await registerNode(database, 'node_old', now - 9_000_000);
    await registerNode(database, 'node_new', now - 1000, '1.2.3');
    for (const meter of ['a', 'b'])
      await database.db
        .insertInto('leases')
        .values({ node_id: 'node_new', meter_id: meter, amount_nanos: 40n, version: 1 })
        .execute();
    expect(await nodesOf(database, 'node_new', now)).toEqual([
      {
        id: 'node_new',
        version: '1.2.3',
        startedAt: now - 1000,
        seenAt: now - 1000,
        leases: 2,
        leasedNanos: 80n,
        current: true,
        alive: true,
      },
      {
        id: 'node_old',
        version: null,
        startedAt: now - 9_000_000,
        seenAt: now - 9_000_000,
        leases: 0,
        leasedNanos: 0n,
        current: false,
        alive: false,
      },
    ]);
  });
});
