import { expect, test } from 'bun:test';
import { nanos } from '../../domain/money.ts';
import { multiplierOne } from '../../domain/price.ts';
import { field, openTestApp } from '../../http/testing/admin-app.ts';
import { postBatch } from '../../store/ledger/posting.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { until } from '../jobs/testing/jobs.ts';
import { testRecord } from '../ledger/testing/ledger.ts';
import { addNotice } from '../notices/notices.ts';
import { noticeJobs } from '../notices/watch.ts';

const written = (channelId: string, model: string, read: number, at: number, id: string) =>
  postingRow(
    testRecord(1n, {
      id,
      at,
      channelId,
      modelAsked: model,
      usage: { inputText: 10, cacheWrite5m: 60_000, cacheRead: read, outputText: 5 },
      charge: {
        amount: nanos(1n),
        lines: [
          { bucket: 'inputText', quantity: 10, rate: 1_000_000n },
          { bucket: 'cacheWrite5m', quantity: 60_000, rate: 1_250_000n },
          { bucket: 'cacheRead', quantity: read, rate: 100_000n },
        ],
        multiplier: multiplierOne,
        priceVersion: 'prc_1',
      },
    }),
  );

eachDatabase('prompt caches that are hardly read', (open) => {
  test('are told of to administrators who want it, once a day for each route', async () => {
    const told: string[] = [];
    const app = await openTestApp(await open(), {
      askOutside: async (_, init) => {
        told.push(await new Response(init?.body).text());
        return new Response('ok');
      },
    });
    const { database } = app.deps;
    const [admin, user] = [await app.enroll('admin', 'admin@example.com'), await app.enroll('user', 'ann@example.com')];
    const webhook = {
      kind: 'webhook',
      name: 'mine',
      settings: { url: 'https://admin.example/hook', secret: '0123456789abcdef' },
      events: ['cacheUnread', 'channelState'],
    };
    const create = async (token: string) => await app.call('POST', '/api/v1/me/notices', { token, body: webhook });
    expect((await create(user.token)).status).toBe(403);
    expect((await create(admin.token)).status).toBe(201);
    const at = Date.now();
    const rows = [
      written('chn_wasted', 'sonnet', 100, at, 'req_1'),
      written('chn_wasted', 'haiku', 100, at, 'req_2'),
      written('chn_works', 'sonnet', 600_000, at, 'req_3'),
    ];
    await postBatch(database, { transactionId: 'txn_1', at, nodeId: 'n', rows }, () => undefined);
    app.jobs.start(noticeJobs({ ...app.deps.notices, jobs: app.jobs }));
    const look = async () => await app.jobs.runNow('recurring:notices.watch');
    await until(async () => (await look()) !== undefined);
    await until(() => told.length > 1);
    await look();
    // What is told after it shows that nothing was told twice.
    const [target] = await database.db.selectFrom('notice_targets').select('id').execute();
    await database.transact(async (db) => {
      const facts = { what: 'last', figure: '' };
      await addNotice(app.jobs, db, { targetId: target?.id ?? '', event: 'channelState', facts });
    });
    app.jobs.wake();
    await until(() => told.some((one) => one.includes('channel last')));
    const bodies = told.map((one) => JSON.parse(one) as unknown);
    expect(bodies.map((one) => field(one, 'title')).toSorted()).toEqual([
      'Prompt caches of chn_wasted: haiku are hardly read',
      'Prompt caches of chn_wasted: sonnet are hardly read',
      'The gateway changed the channel last',
    ]);
    expect(field(bodies[0], 'text')).toContain('$0.00001491 of what that cost was wasted');
    await app.jobs.stop();
  });
});
