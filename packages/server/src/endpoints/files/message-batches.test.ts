import { afterEach, describe, expect, test } from 'bun:test';
import { nanos } from '../../domain/money.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';
import { openScriptedUpstream, type Behaviour, type ScriptedUpstream } from '../../relay/testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** An account that works on batches of messages, as Anthropic documents it. */
type Account = ScriptedUpstream & { batch: Record<string, unknown>; results: string; did: string[] };

async function account(): Promise<Account> {
  const state = { batch: {}, results: '', did: [] as string[] };
  const one = await openScriptedUpstream((response, { method, path, text }) => {
    const json = (body: object, status = 200): ReturnType<Behaviour> =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    state.did.push(`${method} ${path}`);
    if (path === '/v1/files' && method === 'POST')
      return json({ id: 'file_1', type: 'file', filename: 'a.txt', mime_type: 'text/plain', size_bytes: 3 });
    if (path === '/v1/files/file_1/content') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('abc');
      return undefined;
    }
    if (path === '/v1/files/file_1') return json({ id: 'file_1', type: 'file_deleted' });
    if (path === '/v1/messages/batches' && method === 'POST') {
      const { requests } = JSON.parse(text) as { readonly requests: readonly unknown[] };
      const request_counts = { processing: requests.length, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
      state.batch = { id: 'msgbatch_1', type: 'message_batch', processing_status: 'in_progress', request_counts };
      return json({ ...state.batch, results_url: null });
    }
    if (path === '/v1/messages/batches/msgbatch_1/cancel') {
      state.batch = { ...state.batch, processing_status: 'canceling' };
      return json(state.batch);
    }
    if (path === '/v1/messages/batches/msgbatch_1/results') {
      response.writeHead(200, { 'content-type': 'application/x-jsonl' }).end(state.results);
      return undefined;
    }
    if (path === '/v1/messages/batches/msgbatch_1') {
      if (method === 'DELETE') return json({ id: 'msgbatch_1', type: 'message_batch_deleted' });
      return json(state.batch);
    }
    return json({ type: 'error', error: { type: 'not_found_error', message: path } }, 404);
  });
  open.push(one);
  return Object.assign(state, one);
}

async function gateway(one: Account): Promise<TestGateway> {
  // Anthropic's paths have the version in them.
  const baseUrl = one.baseUrl.replace(/\/v1$/, '');
  const snapshot = snapshotOf([channelOf({ id: 'c', baseUrl, provider: 'anthropic' })]);
  const half = { inputText: 500_000_000n, outputText: 1_000_000_000n, cacheRead: 50_000_000n };
  const dearer = { inputText: 550_000_000n, outputText: 1_100_000_000n, cacheRead: 55_000_000n };
  const models = new Map(
    [...snapshot.models].map(([name, model]) => [
      name,
      {
        ...model,
        price: model.price && {
          ...model.price,
          conditional: [
            { when: { tier: ['batch'], geo: ['us'] }, rates: dearer, perCall: undefined },
            { when: { tier: ['batch'] }, rates: half, perCall: undefined },
          ],
        },
      },
    ]),
  );
  const gate = await openTestGateway({ ...snapshot, models }, { objects: { firstPollMs: 5, lastPollMs: 10 } });
  open.push(gate);
  return gate;
}

type Told = Readonly<Record<string, unknown>>;
async function told(response: Response, status = 200): Promise<Told> {
  const body = (await response.json()) as Told;
  expect([response.status, status === 200 ? undefined : body]).toEqual([status, status === 200 ? undefined : body]);
  return body;
}

const params = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
const requests = [
  { custom_id: 'a', params },
  { custom_id: 'b', params },
];
const path = '/v1/messages/batches';
const at = `${path}/msgbatch_1`;
const begin = (gate: TestGateway, body: unknown = { requests }): Promise<Response> => gate.post(body, { path });

async function over(gate: TestGateway): Promise<Told> {
  for (;;) {
    const batch = await told(await gate.get(at));
    if (batch['processing_status'] === 'ended') return batch;
    await Bun.sleep(5);
  }
}

const message = (id: string, usage: object): string =>
  JSON.stringify({ custom_id: id, result: { type: 'succeeded', message: { usage } } });
const errored = JSON.stringify({ custom_id: 'c', result: { type: 'errored', error: { type: 'error' } } });

async function expectClean(gate: TestGateway): Promise<void> {
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
}

const stranger = {
  id: 'user_2',
  role: 'user',
  enabled: true,
  group: 'default',
  limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
} as const;

test('who pays at the vendor is not for a request of a batch to say', async () => {
  const one = await account();
  const gate = await gateway(one);
  const paying = { billing_policy: { type: 'customer' }, fallback_credit_token: 'fct_1', workspace_id: 'wrkspc_1' };
  await told(await begin(gate, { requests: [{ custom_id: 'a', params: { ...params, ...paying } }] }));
  expect(one.received.find(({ method }) => method === 'POST')?.json).toEqual({
    requests: [{ custom_id: 'a', params: { ...params, model: 'm-upstream' } }],
  });
});

test('each request of a batch costs what its geography does, and one without a price is not begun', async () => {
  const up = await account();
  const gate = await gateway(up);
  const within = (geo: string) => ({
    requests: [requests[0], { custom_id: 'b', params: { ...params, inference_geo: geo } }],
  });
  const refused = await begin(gate, within('eu'));
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('has no price');
  expect(up.received).toEqual([]);
  await told(await begin(gate, within('us')));
  up.results = [
    message('a', { input_tokens: 100, output_tokens: 20 }),
    message('b', { input_tokens: 100, output_tokens: 20, inference_geo: 'us' }),
  ].join('\n');
  up.batch = { ...up.batch, processing_status: 'ended', results_url: 'https://api.example/results' };
  await over(gate);
  expect(gate.records.at(-1)?.charge?.amount).toBe(nanos(100n * 500n + 20n * 1000n + 100n * 550n + 20n * 1100n));
  await expectClean(gate);
});

describe('batches of messages', () => {
  test('are charged once, by their results, at the rates of their tier, and are their owner’s alone', async () => {
    const up = await account();
    const gate = await gateway(up);
    expect(await told(await begin(gate))).toMatchObject({ id: 'msgbatch_1', processing_status: 'in_progress' });
    expect(JSON.parse(up.received[0]?.text ?? '')).toEqual({
      requests: requests.map((one) => ({ ...one, params: { ...params, model: 'm-upstream' } })),
    });
    expect(up.received[0]?.headers).toMatchObject({ 'anthropic-version': '2023-06-01' });
    expect(gate.records).toEqual([]);
    expect((await gate.get(`${at}/results`)).status).toBe(404);
    expect((await gate.get(at, 'DELETE')).status).toBe(400);
    up.results = [
      message('a', { input_tokens: 100, cache_read_input_tokens: 40, output_tokens: 20 }),
      errored,
      message('b', { input_tokens: 10, output_tokens: 30 }),
    ].join('\n');
    up.batch = { ...up.batch, processing_status: 'ended', results_url: 'https://api.example/results' };
    // Clients are sent to the gateway, not to the vendor.
    expect(await over(gate)).toMatchObject({ results_url: gate.url(`${at}/results`) });
    expect(await (await gate.get(`${at}/results`)).text()).toBe(up.results);
    expect(gate.records.map(({ charge, usage }) => [charge?.amount, usage])).toEqual([
      [nanos(110n * 500n + 40n * 50n + 50n * 1000n), { inputText: 110, cacheRead: 40, outputText: 50 }],
    ]);
    expect(await told(await gate.get(path))).toMatchObject({ data: [{ id: 'msgbatch_1' }], has_more: false });
    expect(await told(await gate.get(`${path}?before_id=msgbatch_1`))).toMatchObject({ data: [] });
    // In the other protocol there is none of this id.
    expect((await gate.get('/v1/batches/msgbatch_1')).status).toBe(404);

    const asked = up.received.length;
    gate.changeKey({ user: stranger });
    expect(await told(await gate.get(path))).toMatchObject({ data: [] });
    for (const [where, method] of [
      [at, 'GET'],
      [at, 'DELETE'],
      [`${at}/results`, 'GET'],
      [`${at}/cancel`, 'POST'],
    ] as const)
      expect(await told(await gate.get(where, method), 404)).toMatchObject({ error: { type: 'not_found_error' } });
    expect(up.received.length).toBe(asked);
    gate.changeKey({ user: { ...stranger, id: 'user_1' } });
    expect(await told(await gate.get(at, 'DELETE'))).toMatchObject({ type: 'message_batch_deleted' });
    expect((await gate.get(at)).status).toBe(404);
    expect(gate.records.length).toBe(1);
    expect(gate.deps.metrics.cacheRead).toEqual(new Map([['c', 40]]));
    await expectClean(gate);
  });

  test('one that is cancelled is charged for what was done', async () => {
    const up = await account();
    const gate = await gateway(up);
    await told(await begin(gate));
    expect(await told(await gate.get(`${at}/cancel`, 'POST'))).toMatchObject({ processing_status: 'canceling' });
    up.results = message('a', { input_tokens: 10, output_tokens: 1 });
    up.batch = { ...up.batch, processing_status: 'ended', results_url: 'https://api.example/results' };
    await over(gate);
    expect(gate.records.map(({ charge }) => charge?.amount)).toEqual([nanos(10n * 500n + 1000n)]);
    await expectClean(gate);
  });

  test('what is none is refused before anybody is asked', async () => {
    const up = await account();
    const gate = await gateway(up);
    const one = (change: object): object => ({ requests: [{ custom_id: 'a', params: { ...params, ...change } }] });
    for (const [body, status, words] of [
      [[], 400, 'requests'],
      [{ requests: [] }, 400, 'requests'],
      [{ requests: [1] }, 400, 'params'],
      [{ requests: [requests[0], requests[0]] }, 400, 'custom_id'],
      [one({ messages: 'Hi' }), 400, 'messages'],
      [one({ stream: true }), 400, 'stream'],
      [one({ max_tokens: undefined }), 400, 'max_tokens'],
      [{ requests: [requests[0], { custom_id: 'c', params: { ...params, model: 'other' } }] }, 400, 'one model'],
      [one({ model: 'unknown' }), 404, 'unknown'],
      [
        one({
          messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: 'file_9' } }] }],
        }),
        400,
        'file_9',
      ],
    ] as const) {
      const answer = await begin(gate, body);
      expect([body, answer.status]).toEqual([body, status]);
      expect(await answer.text()).toContain(words);
    }
    await gate.spendAll();
    expect((await begin(gate)).status).toBe(402);
    expect(up.received).toEqual([]);
    await expectClean(gate);
  });
});

describe('files in the protocol of messages', () => {
  const headers = { authorization: 'Bearer sk-test', 'anthropic-version': '2023-06-01', 'anthropic-beta': 'files-a' };
  const ask = (gate: TestGateway, where: string, method = 'GET', body?: FormData): Promise<Response> =>
    fetch(gate.url(where), { method, headers, ...(body && { body }) });
  const form = (): FormData => {
    const data = new FormData();
    data.set('file', new File(['abc'], 'a.txt'));
    return data;
  };

  test('are told from others by the version that their clients send, and are their owner’s alone', async () => {
    const up = await account();
    const gate = await gateway(up);
    expect(await told(await ask(gate, '/v1/files', 'POST', new FormData()), 400)).toMatchObject({ type: 'error' });
    expect(await told(await ask(gate, '/v1/files', 'POST', form()))).toMatchObject({ id: 'file_1' });
    expect(up.received[0]?.headers).toMatchObject({ 'anthropic-beta': 'files-a' });
    expect(up.received[0]?.text).toContain('abc');
    expect(await told(await ask(gate, '/v1/files'))).toMatchObject({ data: [{ id: 'file_1' }], first_id: 'file_1' });
    expect(await told(await ask(gate, '/v1/files/file_1'))).toMatchObject({ size_bytes: 3 });
    expect(await (await ask(gate, '/v1/files/file_1/content')).text()).toBe('abc');
    expect(up.received.at(-1)?.headers).toMatchObject({ 'anthropic-beta': 'files-a' });
    // Clients of the other protocol are served at the same paths, and know nothing of it.
    expect(await told(await gate.get('/v1/files'))).toMatchObject({ object: 'list', data: [] });
    expect(await told(await gate.get('/v1/files/file_1'), 404)).toMatchObject({ error: { code: 'object_not_found' } });
    const document = { type: 'document', source: { type: 'file', file_id: 'file_1' } };
    const naming = { ...params, messages: [{ role: 'user', content: [document] }] };
    expect((await begin(gate, { requests: [{ custom_id: 'a', params: naming }] })).status).toBe(200);

    const asked = up.received.length;
    gate.changeKey({ user: stranger });
    for (const [where, method] of [
      ['/v1/files/file_1', 'GET'],
      ['/v1/files/file_1', 'DELETE'],
      ['/v1/files/file_1/content', 'GET'],
    ] as const)
      expect(await told(await ask(gate, where, method), 404)).toMatchObject({ error: { type: 'not_found_error' } });
    expect((await begin(gate, { requests: [{ custom_id: 'a', params: naming }] })).status).toBe(400);
    expect(await told(await ask(gate, '/v1/files'))).toMatchObject({ data: [] });
    gate.changeKey({ user: { ...stranger, id: 'user_1' } });
    expect(up.received.slice(asked).filter(({ path: where }) => !where.startsWith(path))).toEqual([]);
    expect(await told(await ask(gate, '/v1/files/file_1', 'DELETE'))).toEqual({ id: 'file_1', type: 'file_deleted' });
    // The batch is looked after meanwhile.
    expect(up.received.findLast(({ method }) => method === 'DELETE')?.headers).toMatchObject({
      'anthropic-beta': 'files-a',
    });
    expect((await ask(gate, '/v1/files/file_1')).status).toBe(404);
  });
});
