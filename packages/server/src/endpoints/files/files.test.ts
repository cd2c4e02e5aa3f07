import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { nanos } from '../../domain/money.ts';
import { openScriptedUpstream, type Behaviour, type ScriptedUpstream } from '../../relay/testing/scripted-upstream.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** An account that keeps files and works on batches, as OpenAI documents it. */
type Account = ScriptedUpstream & {
  batch: Record<string, unknown>;
  results: string;
  deleted: boolean;
  cancelled: boolean;
};

async function account(): Promise<Account> {
  const state = { batch: {}, results: '', deleted: false, cancelled: false };
  const json = (response: Parameters<Behaviour>[0], body: object, status = 200): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const one = await openScriptedUpstream((response, { method, path, text }) => {
    if (method === 'POST' && path === '/v1/files') {
      const purpose = /name="purpose"\r\n\r\n([^\r]*)/.exec(text)?.[1];
      return json(response, { id: 'file-1', object: 'file', purpose, filename: 'in.jsonl', bytes: 3, created_at: 1 });
    }
    if (path === '/v1/files/file-1' && method === 'DELETE') {
      state.deleted = true;
      return json(response, { id: 'file-1', object: 'file', deleted: true });
    }
    if (path.endsWith('/content')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(state.results);
      return undefined;
    }
    if (path === '/v1/batches') {
      state.batch = { id: 'batch_1', object: 'batch', status: 'validating', ...(JSON.parse(text) as object) };
      return json(response, state.batch);
    }
    if (path === '/v1/batches/batch_1/cancel') {
      state.cancelled = true;
      state.batch = { ...state.batch, status: 'cancelling' };
      return json(response, state.batch);
    }
    if (path === '/v1/batches/batch_1') return json(response, state.batch);
    return json(response, { error: { message: `nothing at ${path}` } }, path.endsWith('completions') ? 500 : 404);
  });
  open.push(one);
  return Object.assign(state, one);
}

async function gateway(
  accounts: readonly Account[],
  fields: { readonly provider?: string } = {},
): Promise<TestGateway> {
  const channels = accounts.map((one, index) =>
    channelOf({ id: `c${index}`, baseUrl: one.baseUrl, priority: -index, ...fields }),
  );
  const snapshot = snapshotOf(channels, defaultSettings);
  const half = { inputText: 500_000_000n, outputText: 1_000_000_000n, cacheRead: 50_000_000n };
  const models = new Map(
    [...snapshot.models].map(([name, model]) => [
      name,
      {
        ...model,
        price: model.price && {
          ...model.price,
          conditional: [{ when: { tier: ['batch'] }, rates: half, perCall: undefined }],
        },
      },
    ]),
  );
  const one = await openTestGateway({ ...snapshot, models }, { objects: { firstPollMs: 5, lastPollMs: 10 } });
  open.push(one);
  return one;
}

const line = (id: string, body: object, url = '/v1/chat/completions'): string =>
  JSON.stringify({ custom_id: id, method: 'POST', url, body });
const ask = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 100 };
const two = `${line('a', ask)}\n${line('b', ask)}\n`;

function form(content: string, purpose = 'batch'): FormData {
  const data = new FormData();
  data.set('purpose', purpose);
  data.set('file', new File([content], 'in.jsonl'));
  return data;
}

type Told = Readonly<Record<string, unknown>>;
async function told(response: Response, status = 200): Promise<Told> {
  const body = (await response.json()) as Told;
  expect([response.status, status === 200 ? undefined : body]).toEqual([status, status === 200 ? undefined : body]);
  return body;
}

const stranger = {
  id: 'user_2',
  role: 'user',
  enabled: true,
  group: 'default',
  limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
} as const;

async function expectClean(gate: TestGateway): Promise<void> {
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
}

const begin = (gate: TestGateway, more: object = {}) =>
  gate.post(
    { input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h', ...more },
    { path: '/v1/batches' },
  );

async function over(gate: TestGateway): Promise<Told> {
  for (;;) {
    const batch = await told(await gate.get('/v1/batches/batch_1'));
    if (['completed', 'failed', 'cancelled', 'expired'].includes(String(batch['status']))) return batch;
    await Bun.sleep(5);
  }
}

describe('files', () => {
  test('are kept at one account, and are their owner’s alone', async () => {
    const up = await account();
    up.results = 'what is in it';
    const gate = await gateway([up]);
    expect(await told(await gate.send('/v1/files', form('abc', 'user_data')))).toMatchObject({ id: 'file-1' });
    expect(up.received[0]?.text).toContain('abc');
    expect(await told(await gate.get('/v1/files'))).toMatchObject({ data: [{ id: 'file-1' }], has_more: false });
    expect(await told(await gate.get('/v1/files?purpose=batch'))).toMatchObject({ data: [] });
    expect(await told(await gate.get('/v1/files/file-1'))).toMatchObject({ id: 'file-1', purpose: 'user_data' });
    expect(await (await gate.get('/v1/files/file-1/content')).text()).toBe('what is in it');

    gate.changeKey({ user: stranger });
    const asked = up.received.length;
    expect(await told(await gate.get('/v1/files'))).toMatchObject({ data: [] });
    for (const [path, method] of [
      ['/v1/files/file-1', 'GET'],
      ['/v1/files/file-1/content', 'GET'],
      ['/v1/files/file-1', 'DELETE'],
    ] as const)
      expect(await told(await gate.get(path, method), 404)).toMatchObject({ error: { code: 'object_not_found' } });
    expect(up.received.length).toBe(asked);
    gate.changeKey({ user: { ...stranger, id: 'user_1' } });
    expect(await told(await gate.get('/v1/files/file-1', 'DELETE'))).toMatchObject({ deleted: true });
    expect(up.deleted).toBe(true);
    await told(await gate.get('/v1/files/file-1'), 404);
    expect(gate.records).toEqual([]);
    await expectClean(gate);
  });

  test('requests that are none are refused before anybody keeps them', async () => {
    const up = await account();
    const gate = await gateway([up]);
    const cases: readonly (readonly [string, string])[] = [
      ['', 'no requests'],
      ['{', 'Line 1'],
      [`${two}[]`, 'Line 3'],
      [line('a', { messages: [] }), 'body.model'],
      [line('a', ask, '/v1/images/generations'), '"url"'],
      [`${line('a', ask)}\n${line('b', { ...ask, model: 'other' })}`, 'one model'],
      [`${line('a', ask)}\n${line('b', ask, '/v1/responses')}`, 'one "url"'],
      [line('a', { ...ask, model: 'unknown' }), 'does not exist'],
    ];
    for (const [content, words] of cases) {
      const response = await gate.send('/v1/files', form(content));
      expect([400, 404]).toContain(response.status);
      expect(((await response.json()) as { error: { message: string } }).error.message).toContain(words);
    }
    await told(await gate.send('/v1/files', new FormData()), 400);
    expect(up.received).toEqual([]);
    await expectClean(gate);
  });

  test('a request that names one goes to the account that keeps it', async () => {
    const [first, second] = [await account(), await account()];
    // The other one comes first where nothing is named.
    const gate = await gateway([first, second]);
    await told(await gate.send('/v1/files', form('abc', 'user_data')));
    const part = { type: 'file', file: { file_id: 'file-1' } };
    const body = { model: 'm', messages: [{ role: 'user', content: [part] }] };
    for (let n = 0; n < 3; n++) await gate.post(body);
    expect(second.received).toEqual([]);
    expect(first.received.filter(({ path }) => path === '/v1/chat/completions').length).toBe(3);
    gate.changeKey({ user: stranger });
    expect((await gate.post(body)).status).toBe(400);
    await expectClean(gate);
  });
});

describe('batches', () => {
  test('are charged once, by the results, at the rates of their tier', async () => {
    const up = await account();
    const gate = await gateway([up]);
    await told(await gate.send('/v1/files', form(two)));
    // By the name that the model has there, and else as they came.
    expect(up.received[0]?.text).toContain(line('a', { ...ask, model: 'm-upstream' }));
    expect(await told(await begin(gate))).toMatchObject({ id: 'batch_1', status: 'validating' });
    expect(gate.records).toEqual([]);
    const before = await gate.balance();
    up.batch = { ...up.batch, status: 'in_progress' };
    while ((await told(await gate.get('/v1/batches/batch_1')))['status'] !== 'in_progress') await Bun.sleep(5);
    expect(await told(await gate.get('/v1/batches'))).toMatchObject({ data: [{ id: 'batch_1' }] });
    const result = (usage: object) =>
      JSON.stringify({ custom_id: 'a', response: { status_code: 200, body: { usage } } });
    up.results = [
      result({
        prompt_tokens: 10,
        completion_tokens: 4,
        total_tokens: 14,
        prompt_tokens_details: { cached_tokens: 6 },
      }),
      result({ prompt_tokens: 20, completion_tokens: 8, total_tokens: 28 }),
      JSON.stringify({ custom_id: 'c', response: null, error: { code: 'batch_expired' } }),
    ].join('\n');
    up.batch = { ...up.batch, status: 'completed', output_file_id: 'file-out' };
    expect(await over(gate)).toMatchObject({ status: 'completed', output_file_id: 'file-out' });
    await gate.recorded(1);
    // Half of 1, 2 and 0.1 USD a million: 24 in, 6 of them cached besides, 12 out.
    const cost = nanos(24n * 500n + 6n * 50n + 12n * 1000n);
    expect(gate.records).toMatchObject([
      { operation: 'batches', modelAsked: 'm', modelServed: 'm-upstream', usageSource: 'provider' },
    ]);
    expect(gate.records[0]?.charge?.amount).toBe(cost);
    expect(await gate.balance()).toBeLessThanOrEqual(before + cost);
    expect(await (await gate.get('/v1/files/file-out/content')).text()).toBe(up.results);
    await Bun.sleep(50);
    expect(gate.records.length).toBe(1);
    await expectClean(gate);
  });

  test('one that fails, or is cancelled before anything was done, costs nothing', async () => {
    const up = await account();
    const gate = await gateway([up]);
    await told(await gate.send('/v1/files', form(two)));
    await told(await begin(gate));
    expect(await told(await gate.get('/v1/batches/batch_1/cancel', 'POST'))).toMatchObject({ status: 'cancelling' });
    up.batch = { ...up.batch, status: 'cancelled' };
    expect(await over(gate)).toMatchObject({ status: 'cancelled' });
    await gate.recorded(1);
    expect(gate.records[0]?.charge).toBeUndefined();
    expect(await gate.balance()).toBe(100_000_000_000n);
    expect(await told(await gate.get('/v1/batches/batch_1/cancel', 'POST'))).toMatchObject({ status: 'cancelled' });
    await expectClean(gate);
  });

  test('who names another’s file, a wrong place or no money begins none', async () => {
    const up = await account();
    const gate = await gateway([up]);
    await told(await gate.send('/v1/files', form(two)));
    const asked = up.received.length;
    await told(await begin(gate, { endpoint: '/v1/responses' }), 400);
    await told(await begin(gate, { endpoint: '/v1/images/generations' }), 400);
    await told(await begin(gate, { completion_window: 5 }), 400);
    await told(await begin(gate, { input_file_id: 'file-2' }), 404);
    gate.changeKey({ user: stranger });
    await told(await begin(gate), 404);
    await told(await gate.get('/v1/batches/batch_1'), 404);
    gate.changeKey({ user: { ...stranger, id: 'user_1' } });
    await gate.leave(100n);
    await told(await begin(gate), 402);
    expect(up.received.length).toBe(asked);
    await expectClean(gate);
  });

  test('another process looks after what one has left', async () => {
    const up = await account();
    const gate = await gateway([up]);
    await told(await gate.send('/v1/files', form(two)));
    await told(await begin(gate));
    await gate.jobs.stop();
    up.results = JSON.stringify({
      response: { body: { usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 } } },
    });
    up.batch = { ...up.batch, status: 'expired', output_file_id: 'file-out' };
    gate.succeed();
    expect(await over(gate)).toMatchObject({ status: 'expired' });
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount).toBe(nanos(7n * 500n + 3n * 1000n));
    await expectClean(gate);
  });
});
