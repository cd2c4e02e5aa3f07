import { afterEach, describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import type { TestGateway } from '../../relay/testing/gateway.ts';
import { hashSecret } from '../../services/accounts/secret-text.ts';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import { askAfter } from './ask-after.ts';
import { takeTurns } from '../../services/take-turns.ts';
import { setVideoStage } from './testing/gate.ts';
import { bySecond, quick, writeTestKey } from './testing/world.ts';

const { stage, vendorOf, gatewayTo } = setVideoStage();
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Told = Readonly<Record<string, unknown>>;
const ask = { model: 'm', prompt: 'A cat', seconds: '5' };
const begin = async (gate: TestGateway, more: object = {}, path = '/v1/videos'): Promise<string> => {
  const told = (await (await gate.post({ ...ask, ...more }, { path })).json()) as Told;
  return String(told['id'] ?? told['task_id']);
};

async function over(gate: TestGateway, id: string): Promise<Told> {
  for (;;) {
    const told = (await (await gate.get(`/v1/videos/${id}`)).json()) as Told;
    if (told['status'] === 'completed' || told['status'] === 'failed') return told;
    await Bun.sleep(5);
  }
}

describe('a task that is given up', () => {
  test('is given up by its vendor, ends as such, and costs nothing', async () => {
    const vendor = vendorOf('replicate');
    const gate = await gatewayTo([{ vendor, provider: 'replicate' }]);
    const before = await gate.balance();
    const id = await begin(gate);
    expect((await gate.get(`/v1/videos/${id}/cancel`, 'POST')).status).toBe(200);
    expect(await over(gate, id)).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
    await gate.recorded(1);
    expect(await gate.balance()).toBe(before);
    expect((await gate.get(`/v1/videos/${id}/cancel`, 'POST')).status).toBe(409);
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  });

  test('goes on, and is charged, where its vendor does not give it up or has it done', async () => {
    for (const provider of ['openai', 'replicate'] as const) {
      const vendor = vendorOf(provider);
      const gate = await gatewayTo([{ vendor, provider }]);
      const id = await begin(gate);
      if (provider === 'replicate') vendor.stage = 'done';
      const refused = await gate.get(`/v1/videos/${id}/cancel`, 'POST');
      expect([refused.status, ((await refused.json()) as { error: Told }).error['code']]).toEqual([
        409,
        provider === 'openai' ? 'not_cancellable' : 'conflict',
      ]);
      vendor.stage = 'done';
      expect(await over(gate, id)).toMatchObject({ status: 'completed' });
      await gate.recorded(1);
      expect(gate.records[0]?.charge?.amount as bigint).toBe(500_000_000n);
    }
  });
});

test('each step of a task is kept with its time', async () => {
  const vendor = vendorOf('openai');
  const gate = await gatewayTo([{ vendor, provider: 'openai' }]);
  const id = await begin(gate);
  const history = async () => (await mediaTaskRepository.findAny(gate.database.db, id))?.history ?? [];
  while ((await history()).length < 2) await Bun.sleep(5);
  vendor.stage = 'done';
  await over(gate, id);
  const steps = await history();
  expect(steps.map(({ what, progress }) => [what, progress])).toEqual([
    ['submitted', undefined],
    ['in_progress', 30],
    ['completed', undefined],
  ]);
  expect(steps.every(({ at }, index) => at >= (steps[index - 1]?.at ?? 0))).toBe(true);
});

type Heard = { readonly headers: Headers; readonly body: string };

/** A client's own server, that does not hear at first. */
function clientServer(deaf = 0): { readonly url: string; readonly port: number; readonly heard: Heard[] } {
  const heard: Heard[] = [];
  let left = deaf;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      heard.push({ headers: request.headers, body: await request.text() });
      return new Response('', { status: left-- > 0 ? 503 : 204 });
    },
  });
  closing.push(() => void server.stop(true));
  return { url: `http://127.0.0.1:${server.port}/told?x=1`, port: server.port ?? 0, heard };
}

describe('clients are told of their tasks', () => {
  test('in their own words, signed with what both know of the key, until they hear it', async () => {
    const vendor = vendorOf('alibaba');
    const client = clientServer(2);
    const gate = await gatewayTo([{ vendor, provider: 'alibaba' }], undefined, {}, ['127.0.0.1'], [client.port]);
    await writeTestKey(gate.database);
    // Addresses within are refused before anything is reserved, whatever settings say of files.
    const within = await gate.post({ ...ask, callback_url: client.url }, { path: '/v1/video/generations' });
    expect([within.status, vendor.begun.length]).toEqual([400, 0]);
    const id = await begin(gate, {}, '/v1/video/generations');
    // As if its name resolved to this machine, which settings allow.
    const task = await mediaTaskRepository.findAny(gate.database.db, id);
    const hook = { url: client.url, client: 'video-generations', origin: 'https://gate.test' };
    await gate.database.db
      .updateTable('media_tasks')
      .set({ asked: JSON.stringify({ ...task?.asked, hook }) })
      .execute();
    // Whoever asks the second time from now has read of it.
    const { polls } = vendor;
    while (vendor.polls < polls + 2) await Bun.sleep(5);
    vendor.stage = 'done';
    const { db } = gate.database;
    const waiting = () => db.selectFrom('jobs').select(['id', 'state']).where('kind', '=', 'media.notify').execute();
    // It is told again after some seconds, which nobody waits for here.
    for (const times of [1, 2, 3]) {
      while (client.heard.length < times) await Bun.sleep(5);
      while ((await waiting()).some(({ state }) => state === 'running')) await Bun.sleep(5);
      await db.updateTable('jobs').set({ due_at: Date.now() }).where('kind', '=', 'media.notify').execute();
      gate.jobs.wake();
    }
    while ((await waiting()).some(({ state }) => state !== 'done')) await Bun.sleep(5);
    expect(client.heard.length).toBe(3);
    // Each time it is the same message, by its name.
    expect(new Set(client.heard.map((one) => one.headers.get('webhook-id'))).size).toBe(1);
    expect(new Set(client.heard.map((one) => one.body)).size).toBe(1);
    const { headers, body } = client.heard[2] as Heard;
    expect(JSON.parse(body)).toMatchObject({ data: { task_id: id, status: 'SUCCESS' } });
    const [name, time] = [headers.get('webhook-id'), headers.get('webhook-timestamp')];
    const signature = createHmac('sha256', hashSecret('sk-test')).update(`${name}.${time}.${body}`).digest('base64');
    expect(headers.get('webhook-signature')).toBe(`v1,${signature}`);
  });
});

test('no account is asked more at once than it has places, and nobody waits for another’s', async () => {
  const inTurn = takeTurns();
  const account = {};
  let busy = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++busy);
    await Promise.resolve();
    busy -= 1;
    throw new Error('one that fails gives its place back');
  };
  const seven = Array.from({ length: 7 }, () => inTurn(account, { most: 2, queue: 4 }, work));
  // Two work, four wait, and one finds no place.
  const ends: string[] = (await Promise.allSettled(seven)).map(({ status }) => status);
  expect(ends).toEqual([...Array<string>(6).fill('rejected'), 'fulfilled']);
  expect([most, busy]).toEqual([2, 0]);
  expect(await inTurn({}, { most: 1, queue: 1 }, () => Promise.resolve('done'))).toBe('done');
});

describe('accounts of a provider that is asked otherwise', () => {
  const settingsWith = (provider: string, port: number): Settings => ({
    ...defaultSettings,
    media: {
      ...defaultSettings.media,
      fetch: { ...defaultSettings.media.fetch, allowPrivate: ['127.0.0.1'], ports: [port] },
      polling: { ...defaultSettings.media.polling, atOnce: 1, providers: [provider] },
    },
  });

  test('are asked so much at once', async () => {
    const waiting: (() => void)[] = [];
    let [begun, most] = [0, 0];
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const video = { object: 'video', model: 'm-upstream', seconds: '5', size: '720x1280' };
        if (request.method === 'POST')
          return Response.json({ ...video, id: `video_${++begun}`, status: 'queued', created_at: 1 });
        const id = new URL(request.url).pathname.split('/').at(-1);
        // Answers as soon as two are there: of less at once none would be answered.
        const answered = new Promise<void>((resolve) => waiting.push(resolve));
        most = Math.max(most, waiting.length);
        if (waiting.length >= 2) setTimeout(() => waiting.splice(0).forEach((answer) => answer()), 5);
        await answered;
        return Response.json({ ...video, id, status: 'completed', progress: 100 });
      },
    });
    closing.push(() => void server.stop(true));
    const gate = await stage.gateway(
      [{ id: 'openai-0', provider: 'openai', baseUrl: `http://127.0.0.1:${server.port}/v1` }],
      { settings: settingsWith('openai atOnce:2', server.port ?? 0), videos: quick },
    );
    const ids = await Promise.all(Array.from({ length: 6 }, () => begin(gate)));
    for (const id of ids) expect(await over(gate, id)).toMatchObject({ status: 'completed' });
    expect(most).toBe(2);
  });

  test('are asked so often', async () => {
    const vendor = vendorOf('openai');
    const gate = await stage.gateway([{ id: 'openai-0', provider: 'openai', baseUrl: vendor.baseUrl }], {
      settings: settingsWith('openai everyMs:1000', Number(new URL(vendor.baseUrl).port)),
      videos: { firstPollMs: 60_000 },
    });
    await begin(gate);
    const wait = async (): Promise<unknown> => {
      const { payload } = await gate.database.db
        .selectFrom('jobs')
        .select('payload')
        .where('kind', '=', 'video')
        .executeTakeFirstOrThrow();
      return (JSON.parse(payload) as Told)['waitMs'];
    };
    // So long it would be after the first question, which nobody waits for here.
    const usual = await wait();
    expect(usual).toBe(15_000);
    await gate.database.db.updateTable('jobs').set({ due_at: Date.now() }).where('kind', '=', 'video').execute();
    gate.jobs.wake();
    while ((await wait()) === usual) await Bun.sleep(5);
    expect(await wait()).toBe(1000);
  });
});

test('a vendor that says nothing is asked again, and what it makes meanwhile is charged', async () => {
  const vendor = vendorOf('openai');
  const gate = await stage.gateway([{ id: 'openai-0', provider: 'openai', baseUrl: vendor.baseUrl }], {
    settings: { ...defaultSettings, relay: { ...defaultSettings.relay, firstByteTimeoutMs: 50 } },
    price: bySecond,
    videos: quick,
  });
  const before = await gate.balance();
  const id = await begin(gate);
  vendor.stage = 'silent';
  const polls = vendor.polls;
  // So that one is asked again the one before was given up.
  while (vendor.polls < polls + 3) await Bun.sleep(5);
  expect((await mediaTaskRepository.findAny(gate.database.db, id))?.finishedAt).toBeUndefined();
  vendor.stage = 'done';
  expect(await over(gate, id)).toMatchObject({ status: 'completed' });
  await gate.recorded(1);
  expect(before - (await gate.balance())).toBe(500_000_000n);
});

test('tasks of an account whose vendor has a list are asked after together, and those that it leaves out by their names', async () => {
  const asked: string[] = [];
  let begun = 0;
  const task = (id: string) => ({ id, model: 'm-upstream', status: 'running' });
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname, search, searchParams } = new URL(request.url);
      if (request.method === 'POST') return Response.json({ id: `cgt-${++begun}` });
      asked.push(pathname.split('/').at(-1) + search);
      const ids = searchParams.getAll('filter.task_ids');
      if (ids.length === 0) return Response.json(task(pathname.split('/').at(-1) ?? ''));
      return Response.json({ total: 2, items: ids.filter((id) => id !== 'cgt-3').map(task) });
    },
  });
  closing.push(() => void server.stop(true));
  const gate = await stage.gateway(
    [{ id: 'volcengine-0', provider: 'volcengine', baseUrl: `http://127.0.0.1:${server.port}/api/v3` }],
    { videos: { firstPollMs: 60_000 } },
  );
  for (let count = 0; count < 3; count++) await begin(gate);
  const tasks = await mediaTaskRepository.page(gate.database.db, {
    userId: undefined,
    kind: undefined,
    open: true,
    after: undefined,
    limit: 10,
  });
  const states = await Promise.all(tasks.toReversed().map((one) => askAfter(gate.deps, one)));
  expect(states.map((state) => state?.status)).toEqual(['in_progress', 'in_progress', 'in_progress']);
  const several = 'tasks?page_num=1&page_size=100&filter.task_ids=cgt-1&filter.task_ids=cgt-2&filter.task_ids=cgt-3';
  expect(asked).toEqual([several, 'cgt-3']);
});
