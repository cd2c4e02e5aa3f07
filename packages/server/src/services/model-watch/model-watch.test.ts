import { expect, test } from 'bun:test';
import { modelWatchSchema } from '@tollgate/contract/api/channel-inquiries';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { field, openTestApp } from '../../http/testing/admin-app.ts';
import type { Database } from '../../store/database.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { until } from '../../upstream/testing/sources.ts';
import { addNotice } from '../notices/notices.ts';
import { noticeJobs } from '../notices/watch.ts';
import { modelWatchJobs } from './model-watch-jobs.ts';

/** A gateway with a watched channel, whose upstream lists what the test says; and its clock. */
async function openWatched(database: Database, channel: Readonly<Record<string, unknown>> = {}) {
  const told: string[] = [];
  const app = await openTestApp(database, {
    askOutside: async (_, init) => {
      told.push(await new Response(init?.body).text());
      return new Response('ok');
    },
  });
  const { token } = await app.enroll('admin', 'admin@example.com');
  const call = async (method: string, path: string, body?: unknown) => {
    const reply = await app.call(method, `/api/v1${path}`, { token, ...(body !== undefined && { body }) });
    expect(`${path} ${reply.status < 300 ? '' : reply.text}`).toBe(`${path} `);
    await app.snapshots.refresh();
    return reply.json;
  };
  const made = await call('POST', '/channels', {
    name: 'main',
    provider: 'local',
    baseUrl: 'http://localhost:1/v1',
    models: ['a', { name: 'public-b', upstream: 'b' }],
    watchModels: 'tell',
    ...channel,
  });
  const id = field(made, 'id');
  const upstream = { lists: ['a', 'b', 'never wanted'] as readonly string[] | Refusal, asked: 0 };
  let now = Date.now();
  const jobs = modelWatchJobs({
    configuration: { ...app.deps.configuration, now: () => now },
    list: () => {
      upstream.asked += 1;
      return upstream.lists instanceof Refusal ? Promise.reject(upstream.lists) : Promise.resolve(upstream.lists);
    },
    settings: () => app.snapshots.current().settings,
    channels: () => app.snapshots.current().channels,
  });
  app.jobs.start([...jobs, ...noticeJobs({ ...app.deps.notices, jobs: app.jobs })]);
  const run = async (name: string): Promise<void> => {
    // The recurring job is there as soon as the jobs have begun.
    await until(async () => (await app.jobs.runNow(`recurring:${name}`)) !== undefined);
    await app.snapshots.refresh();
  };
  const look = async (laterMs = 7 * 3_600_000): Promise<void> => {
    now += laterMs;
    await run('channels.watchModels');
  };
  const watch = async () =>
    z.object({ data: z.array(modelWatchSchema) }).parse(await call('GET', '/model-watches')).data[0];
  const models = async () =>
    z
      .looseObject({ models: z.array(z.looseObject({ name: z.string() })) })
      .parse(await call('GET', `/channels/${id}`))
      .models.map(({ name }) => name);
  const take = async (body: unknown) =>
    modelWatchSchema.parse(await call('POST', `/channels/${id}/model-watch/take`, body));
  return { app, call, id, upstream, look, run, watch, models, take, told };
}

eachDatabase('an upstream that is watched', (open) => {
  test('is asked now and then; what it lists anew is told, taken or dismissed, and what it lists no longer is missed', async () => {
    const gate = await openWatched(await open());
    expect(await gate.watch()).toMatchObject({ checkedAt: null, new: [], gone: [] });
    await gate.look();
    expect(await gate.watch()).toMatchObject({ problem: null, foundAt: null, new: [], gone: [] });
    // Not again before its time.
    const { asked } = gate.upstream;
    await gate.look(60_000);
    expect(gate.upstream.asked).toBe(asked);
    gate.upstream.lists = ['a', 'never wanted', 'new-1', 'new-2', 'new-3'];
    await gate.look();
    const gone = [{ name: 'public-b', upstream: 'b' }];
    const found = await gate.watch();
    expect(found).toMatchObject({ mode: 'tell', new: ['new-1', 'new-2', 'new-3'], gone });
    expect(found?.foundAt).toBe(found?.checkedAt ?? 0);
    // A failure says why, and forgets nothing.
    gate.upstream.lists = new Refusal('upstream_auth', 'Local answered with status 401');
    await gate.look();
    expect(await gate.watch()).toMatchObject({ problem: 'Local answered with status 401', new: found?.new, gone });
    expect((await gate.take({ add: ['new-1', 'a'], dismiss: ['new-2'] })).new).toEqual(['new-3']);
    expect(await gate.models()).toEqual(['a', 'public-b', 'new-1']);
    expect((await gate.take({ remove: ['public-b'] })).gone).toEqual([]);
    gate.upstream.lists = ['a', 'never wanted', 'new-1', 'new-2', 'new-3'];
    await gate.look();
    expect(await gate.watch()).toMatchObject({ problem: null, new: ['new-3'], gone: [], foundAt: found?.foundAt });
    // Another upstream is another list.
    await gate.call('PATCH', `/channels/${gate.id}`, { baseUrl: 'http://localhost:2/v1' });
    expect(await gate.watch()).toMatchObject({ checkedAt: null, new: [] });
    await gate.look();
    await gate.call('DELETE', `/channels/${gate.id}`);
    expect(await gate.app.deps.database.db.selectFrom('model_watches').selectAll().execute()).toEqual([]);
    await gate.app.jobs.stop();
  });
});

onSqlite('what is found at an upstream', (open) => {
  const webhook = {
    kind: 'webhook',
    name: 'mine',
    settings: { url: 'https://ann.example/hook', secret: '0123456789abcdef' },
    events: ['upstreamModels', 'channelState'],
  };

  test('is told once, and stands among what needs attention', async () => {
    const gate = await openWatched(await open());
    await gate.call('POST', '/me/notices', webhook);
    await gate.look();
    gate.upstream.lists = ['a', 'new-1'];
    await gate.look();
    await gate.run('notices.watch');
    await until(() => gate.told.length > 0);
    const text = '+ new-1, − public-b. The channel’s page shows them, and serves them on request.';
    expect(JSON.parse(gate.told[0] ?? '')).toMatchObject({ event: 'upstreamModels', text });
    const overview = z.looseObject({ attention: z.array(z.looseObject({ kind: z.string() })) });
    const rows = overview
      .parse(await gate.call('GET', '/overview/gateway'))
      .attention.filter(({ kind }) => kind.startsWith('models_'));
    expect(rows).toMatchObject([
      { kind: 'models_gone', label: 'main', detail: 'public-b' },
      { kind: 'models_new', label: 'main', detail: 'new-1' },
    ]);
    await gate.run('notices.watch');
    // What is told after it shows that nothing was told twice.
    const [target] = await gate.app.deps.database.db.selectFrom('notice_targets').select('id').execute();
    await gate.app.deps.database.transact(async (db) => {
      const facts = { what: 'last', figure: '' };
      await addNotice(gate.app.jobs, db, { targetId: target?.id ?? '', event: 'channelState', facts });
    });
    gate.app.jobs.wake();
    await until(() => gate.told.some((one) => one.includes('channel last')));
    expect(gate.told).toHaveLength(2);
    await gate.app.jobs.stop();
  });

  test('is served at once where the channel says so, and told as that', async () => {
    const gate = await openWatched(await open(), { watchModels: 'add', ignoredModels: ['regex:-preview$'] });
    await gate.call('POST', '/me/notices', webhook);
    await gate.look();
    await gate.run('notices.watch');
    gate.upstream.lists = ['a', 'b', 'never wanted', 'new-1', 'new-preview'];
    await gate.look();
    expect(await gate.models()).toEqual(['a', 'public-b', 'new-1']);
    expect(await gate.watch()).toMatchObject({ new: [], gone: [] });
    await gate.run('notices.watch');
    await until(() => gate.told.length > 0);
    expect(gate.told.map((one) => field(JSON.parse(one), 'event'))).toEqual(['upstreamModels']);
    expect(gate.told[0]).toContain('+ new-1.');
    await gate.app.jobs.stop();
  });
});
