import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import type { PlannedDebit } from '../../domain/debits.ts';
import { walletMeter } from '../../domain/meters.ts';
import { verify } from '../../services/ledger/verify.ts';
import {
  answer,
  openScriptedUpstream,
  streamAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  type ChannelSpec,
  type TestOptions,
  type TestGateway,
} from '../../relay/testing/gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour: Behaviour): Promise<ScriptedUpstream> {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}
async function gateway(channels: readonly ChannelSpec[], options: TestOptions = {}): Promise<TestGateway> {
  const one = await openTestGateway(snapshotOf(channels.map(channelOf), defaultSettings), options);
  open.push(one);
  return one;
}

const message = (id: string, text: string) => ({
  type: 'message',
  id,
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const response = (id: string, item = `msg_of_${id}`) => ({
  id,
  object: 'response',
  status: 'completed',
  model: 'm-upstream',
  output: [message(item, 'Hello')],
  usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
});
const event = (value: { readonly type: string } & Record<string, unknown>): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;

const path = '/v1/responses';
const hello = { model: 'm', input: 'hi' };
const goOn = { model: 'm', input: 'and then?', previous_response_id: 'resp_a' };
const stranger = {
  id: 'user_2',
  role: 'user',
  enabled: true,
  group: 'default',
  limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
} as const;

describe('answers that the provider keeps', () => {
  test('a request that goes on from one goes to the account that made it', async () => {
    const first = await upstream(answer(200, response('resp_a')));
    const second = await upstream(answer(200, response('resp_b')));
    const gate = await gateway([
      { id: 'first', baseUrl: first.baseUrl, priority: 1 },
      { id: 'second', baseUrl: second.baseUrl },
    ]);
    expect((await gate.post(hello, { path })).status).toBe(200);
    // The first is in trouble, and still it is the only one that can go on from its own answer.
    first.behave(answer(500, { error: { message: 'boom' } }));
    expect((await gate.post(goOn, { path })).status).toBe(500);
    expect(second.received.length).toBe(0);
    first.behave(answer(200, response('resp_c')));
    expect((await gate.post(goOn, { path })).status).toBe(200);
    expect(first.received.at(-1)?.json).toMatchObject({ previous_response_id: 'resp_a', model: 'm-upstream' });
    expect(gate.records.map((record) => record.status)).toEqual([200, 500, 200]);
  });

  test('a stream’s too, by its own id and its items’', async () => {
    const created = event({ type: 'response.created', response: { id: 'resp_a', status: 'in_progress', output: [] } });
    const text = event({ type: 'response.output_text.delta', delta: 'Hello', item_id: 'msg_1', output_index: 0 });
    const done = event({ type: 'response.completed', response: response('resp_a', 'msg_1') });
    const up = await upstream(streamAnswer([created, text, done]));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    expect(await (await gate.post({ ...hello, stream: true }, { path })).text()).toBe(created + text + done);
    up.behave(answer(200, response('resp_b')));
    expect((await gate.post(goOn, { path })).status).toBe(200);
    const item = { type: 'item_reference', id: 'msg_1' };
    expect((await gate.post({ model: 'm', input: [item] }, { path })).status).toBe(200);
    expect(up.received.at(-1)?.json).toMatchObject({ input: [item] });
  });

  test('nobody else can name one, whatever its id', async () => {
    const up = await upstream(answer(200, response('resp_a')));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    await gate.post(hello, { path });
    gate.changeKey({ user: stranger });
    const refused = await gate.post(goOn, { path });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: { code: 'previous_response_not_found', param: 'previous_response_id' } },
    ]);
    const item = await gate.post({ model: 'm', input: [{ type: 'item_reference', id: 'msg_of_resp_a' }] }, { path });
    expect([item.status, await item.json()]).toMatchObject([
      400,
      { error: { code: 'invalid_request', param: 'input' } },
    ]);
    for (const [method, below] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/cancel'],
      ['GET', '/input_items'],
    ] as const)
      expect((await gate.get(`${path}/resp_a${below}`, method)).status).toBe(404);
    expect(up.received.length).toBe(1);
  });

  test('can be read, listed, cancelled and deleted by their owner, for nothing', async () => {
    const up = await upstream(answer(200, response('resp_a')));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, apiKeys: ['sk-one', 'sk-two'] }]);
    await gate.post(hello, { path });
    const account = up.received[0]?.headers.authorization;
    const read = await gate.get(`${path}/resp_a?include[]=reasoning.encrypted_content&key=sk-test`);
    expect([read.status, await read.json()]).toMatchObject([200, { id: 'resp_a' }]);
    expect(up.received.at(-1)).toMatchObject({
      method: 'GET',
      path: '/v1/responses/resp_a?include%5B%5D=reasoning.encrypted_content',
      headers: { authorization: account ?? '' },
    });
    up.behave(answer(200, { object: 'list', data: [{ type: 'message', id: 'msg_in', role: 'user' }] }));
    expect((await gate.get(`${path}/resp_a/input_items?limit=5`)).status).toBe(200);
    expect(up.received.at(-1)).toMatchObject({ method: 'GET', path: '/v1/responses/resp_a/input_items?limit=5' });
    up.behave(
      answer(400, { error: { message: 'Cannot cancel a synchronous response.', type: 'invalid_request_error' } }),
    );
    const cancelled = await gate.get(`${path}/resp_a/cancel`, 'POST');
    expect([cancelled.status, await cancelled.json()]).toMatchObject([
      400,
      { error: { message: 'Cannot cancel a synchronous response.' } },
    ]);
    expect(up.received.at(-1)).toMatchObject({ method: 'POST', path: '/v1/responses/resp_a/cancel', text: '' });
    up.behave(answer(200, { id: 'resp_a', object: 'response', deleted: true }));
    expect(await (await gate.get(`${path}/resp_a`, 'DELETE')).json()).toMatchObject({ deleted: true });
    const before = up.received.length;
    expect((await gate.get(`${path}/resp_a`)).status).toBe(404);
    expect((await gate.post(goOn, { path })).status).toBe(400);
    expect(up.received.length).toBe(before);
    // The items that were listed may be named; only what was asked of a model is in the books.
    up.behave(answer(200, response('resp_b')));
    expect((await gate.post({ model: 'm', input: [{ id: 'msg_in' }] }, { path })).status).toBe(200);
    expect(gate.records.filter((record) => record.charge !== undefined).length).toBe(2);
  });

  test('are not kept when the client says so', async () => {
    const up = await upstream(answer(200, response('resp_a')));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    await gate.post({ ...hello, store: false }, { path });
    expect((await gate.get(`${path}/resp_a`)).status).toBe(404);
  });

  test('an upstream that is away is told as such', async () => {
    const up = await upstream(answer(200, response('resp_a')));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    await gate.post(hello, { path });
    up.behave((answered) => void answered.destroy());
    expect((await gate.get(`${path}/resp_a`)).status).toBe(502);
    expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
  });

  test('a conversation is compacted where it is kept, and charged', async () => {
    const up = await upstream(answer(200, response('resp_a')));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    await gate.post(hello, { path });
    up.behave(answer(200, { ...response('resp_c'), object: 'response.compaction', status: undefined }));
    const compact = await gate.post({ model: 'm', previous_response_id: 'resp_a' }, { path: `${path}/compact` });
    expect([compact.status, await compact.json()]).toMatchObject([200, { object: 'response.compaction' }]);
    expect(up.received.at(-1)).toMatchObject({ path: '/v1/responses/compact' });
    expect(gate.records.at(-1)).toMatchObject({ operation: 'compact', usageSource: 'provider' });
    const none = await gateway([{ id: 'g', provider: 'gemini', baseUrl: up.baseUrl }]);
    const refused = await none.post({ ...hello }, { path: `${path}/compact` });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: 'protocol_not_supported' } }]);
  });
});

describe('answers in the background', () => {
  const quick = { background: { firstPollMs: 10, lastPollMs: 20 } };
  const asked = { ...hello, background: true };
  const queued = { id: 'resp_a', object: 'response', status: 'queued', output: [], usage: null };
  const nothing = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  const cost = 10n * 1000n + 5n * 2000n;
  /** An answer as it was written down before jobs, reservations and debits were. */
  const beforeJobs = (id: string): string =>
    JSON.stringify({
      responseId: 'resp_a',
      channelId: 'a',
      credential: 0,
      record: {
        id,
        at: Date.now() - 5000,
        userId: 'user_1',
        keyId: 'key_1',
        group: 'default',
        protocol: 'openai-responses',
        operation: 'chat',
        modelAsked: 'm',
        modelServed: 'm-upstream',
        channelId: 'a',
        stream: false,
        status: 200,
        endReason: 'completed',
        errorCode: '',
        usage: {},
        usageSource: 'none',
        ttftMs: 0,
        totalMs: 12,
        clientIp: '127.0.0.1',
        attempts: [],
      },
      price: {
        version: 'price_test',
        rates: { inputText: { nanos: '1000000000' }, outputText: { nanos: '2000000000' } },
        tiers: [],
        source: 'test',
        asOf: '2026-01-01',
      },
      multiplier: { nanos: '1000000' },
      inputEstimate: 10,
    });
  /** Answers a creation with `first`, and whoever asks after it with what `later` says then. */
  const working =
    (later: () => object, first: object = queued): Behaviour =>
    (one, received) =>
      answer(200, received.method === 'POST' && received.path === '/v1/responses' ? first : later())(one, received);

  test('are told at once, asked after, and charged once when they are done', async () => {
    let now: object = { ...queued, status: 'in_progress' };
    const up = await upstream(working(() => now));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    const told = await gate.post(asked, { path });
    expect([told.status, await told.json()]).toMatchObject([200, { id: 'resp_a', status: 'queued' }]);
    await Bun.sleep(60);
    expect(gate.records).toEqual([]);
    expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
    expect(await (await gate.get(`${path}/resp_a`)).json()).toMatchObject({ status: 'in_progress' });
    // It could not be charged any more.
    const kept = await gate.get(`${path}/resp_a`, 'DELETE');
    expect([kept.status, await kept.json()]).toMatchObject([409, { error: { code: 'response_in_progress' } }]);
    expect(up.received.some(({ method }) => method === 'DELETE')).toBe(false);
    now = response('resp_a');
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({
      id: told.headers.get('x-request-id') ?? '',
      status: 200,
      endReason: 'completed',
      usageSource: 'provider',
      usage: { inputText: 10, outputText: 5 },
    });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
    await Bun.sleep(60);
    expect(gate.records.length).toBe(1);
    expect((await gate.get(`${path}/resp_a`, 'DELETE')).status).toBe(200);
  });

  test('a stream of one is gone on with, for nothing, from where its reader was', async () => {
    const rest = event({ type: 'response.output_text.delta', delta: 'lo', sequence_number: 8 });
    const looked = Promise.withResolvers<void>();
    const up = await upstream(async (one, received) => {
      if (!received.path.includes('stream=true'))
        return answer(200, received.method === 'POST' ? queued : response('resp_a'))(one, received);
      if (received.path.includes('=7')) return streamAnswer([': hi\n\n', rest], { cut: true })(one, received);
      one.writeHead(200, { 'content-type': 'text/event-stream' });
      one.write(': hi\n\n');
      await looked.promise;
      one.end(rest);
    });
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    await gate.post(asked, { path });
    const whole = await gate.get(`${path}/resp_a?stream=true&starting_after=6&key=sk-test`);
    expect(gate.deps.load.openRequests).toBe(1);
    looked.resolve();
    expect([whole.headers.get('content-type'), await whole.text()]).toEqual([
      'text/event-stream; charset=utf-8',
      `: hi\n\n${rest}`,
    ]);
    expect(up.received.some(({ path: at }) => at === '/v1/responses/resp_a?stream=true&starting_after=6')).toBe(true);
    const broken = await (await gate.get(`${path}/resp_a?stream=true&starting_after=7`)).text();
    expect(broken).toStartWith(`: hi\n\n${rest}`);
    expect(broken).toContain('upstream_cut');
    while (gate.deps.load.openRequests > 0) await Bun.sleep(5);
    up.behave(answer(400, { error: { message: 'not a stream', type: 'invalid_request_error' } }));
    expect((await gate.get(`${path}/resp_a?stream=true`)).status).toBe(400);
    await gate.recorded(1);
    expect(gate.records.length).toBe(1);
  });

  test.each([
    ['failed', { ...queued, status: 'failed', error: { code: 'server_error', message: 'boom' } }, undefined],
    ['cancelled', { ...queued, status: 'cancelled' }, undefined],
    ['cancelled when it had said something', { ...response('resp_a'), status: 'cancelled' }, cost],
  ] as const)('one that is %s is charged for what it used', async (_, last, charged) => {
    const up = await upstream(working(() => last));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    await gate.post(asked, { path });
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint | undefined).toBe(charged);
  });

  test('one that its provider has lost costs nothing, and is logged as such', async () => {
    const up = await upstream((one, received) =>
      received.method === 'POST'
        ? answer(200, queued)(one, received)
        : answer(404, { error: { message: 'Not found' } })(one, received),
    );
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    await gate.post(asked, { path });
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_error', usageSource: 'none' });
  });

  test('a stream that its client leaves is charged whole, not for what was seen of it', async () => {
    const created = event({ type: 'response.created', response: { id: 'resp_a', status: 'queued', output: [] } });
    const text = event({ type: 'response.output_text.delta', delta: 'Hel', item_id: 'msg_1', output_index: 0 });
    let now: object = { ...queued, status: 'in_progress' };
    const up = await upstream(async (one, received) => {
      if (received.method === 'GET') return answer(200, now)(one, received);
      return await streamAnswer([created, text, ...Array.from({ length: 100 }, () => text)], { gapMs: 20 })(
        one,
        received,
      );
    });
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    const leave = new AbortController();
    const told = await gate.post({ ...asked, stream: true }, { path, signal: leave.signal });
    await told.body?.getReader().read();
    leave.abort();
    while (up.received.length < 3) await Bun.sleep(5);
    expect([gate.records.length, up.tornDown()]).toEqual([0, 1]);
    now = response('resp_a');
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
  });

  test('a stream whose answer is being worked on is not asked for again when it breaks before it says anything', async () => {
    const created = event({ type: 'response.created', response: { id: 'resp_a', status: 'queued', output: [] } });
    const up = await upstream((one, received) =>
      received.method === 'POST'
        ? streamAnswer([created], { cut: true })(one, received)
        : answer(200, response('resp_a'))(one, received),
    );
    const other = await upstream(answer(200, response('resp_b')));
    const gate = await gateway(
      [
        { id: 'a', baseUrl: up.baseUrl, priority: 1 },
        { id: 'b', baseUrl: other.baseUrl },
      ],
      quick,
    );
    const told = await (await gate.post({ ...asked, stream: true }, { path })).text();
    expect(told).toStartWith(created);
    expect(told).toContain('upstream_cut');
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
    expect([up.received.filter(({ method }) => method === 'POST').length, other.received.length]).toEqual([1, 0]);
  });

  test.each([
    ['cancels', { ...queued, status: 'cancelled' }, 200],
    ['cancels, with a count of none,', { ...queued, status: 'cancelled', usage: nothing }, 200],
    ['loses', { error: { message: 'Not found' } }, 404],
  ] as const)('what a stream gave is charged though its provider %s the rest', async (_, later, status) => {
    const created = event({ type: 'response.created', response: { id: 'resp_a', status: 'queued', output: [] } });
    const text = event({ type: 'response.output_text.delta', delta: 'Hello '.repeat(50), item_id: 'msg_1' });
    const up = await upstream(async (one, received) => {
      if (received.method === 'GET') return answer(status, later)(one, received);
      return await streamAnswer([created, text, ...Array.from({ length: 100 }, () => text)], { gapMs: 20 })(
        one,
        received,
      );
    });
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    const leave = new AbortController();
    const reader = (await gate.post({ ...asked, stream: true }, { path, signal: leave.signal })).body?.getReader();
    let seen = '';
    while (!seen.includes('Hello'))
      seen += new TextDecoder().decode((await reader?.read())?.value as Uint8Array | undefined);
    leave.abort();
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ usageSource: 'estimated' });
    expect(gate.records[0]?.usage.outputText).toBeGreaterThanOrEqual(75);
  });

  test('what a stream that was gone on with gave is charged though its provider cancels the rest', async () => {
    const text = event({ type: 'response.output_text.delta', delta: 'Hello '.repeat(50), item_id: 'msg_1' });
    let now: object = queued;
    const up = await upstream((one, received) =>
      received.path.includes('stream=true')
        ? streamAnswer([text, text])(one, received)
        : working(() => now)(one, received),
    );
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    await gate.post(asked, { path });
    expect(await (await gate.get(`${path}/resp_a?stream=true`)).text()).toBe(text + text);
    await Bun.sleep(30);
    now = { ...queued, status: 'cancelled' };
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ usageSource: 'estimated' });
    expect(gate.records[0]?.usage.outputText).toBeGreaterThanOrEqual(150);
  });

  test('what a whole answer gave is charged though its provider does not know it any more', async () => {
    // A server that forgets to say that it is done, and keeps nothing.
    const forgetful = { ...response('resp_a'), status: 'in_progress' };
    const up = await upstream((one, received) =>
      received.method === 'POST'
        ? answer(200, forgetful)(one, received)
        : answer(404, { error: { message: 'Not found' } })(one, received),
    );
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    expect(await (await gate.post(hello, { path })).json()).toMatchObject({ id: 'resp_a' });
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint | undefined).toBe(cost);
  });

  test('what one process leaves open another goes on asking after, and charges', async () => {
    let now: object = { ...queued, status: 'in_progress' };
    const up = await upstream(working(() => now));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    await gate.post(asked, { path });
    await gate.jobs.stop();
    now = response('resp_a');
    await Bun.sleep(100);
    expect(gate.records).toEqual([]);
    gate.succeed();
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
  });

  test('what each may cost is reserved until it is charged, though its process ends', async () => {
    let now: object = { ...queued, status: 'in_progress' };
    const up = await upstream(working(() => now));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    const wallet = async () =>
      await gate.database.db
        .selectFrom('meters')
        .select(['reserved_nanos', 'spent_nanos'])
        .where('id', '=', walletMeter('user_1'))
        .executeTakeFirst();
    await gate.post(asked, { path });
    const reserved = (await wallet())?.reserved_nanos ?? 0n;
    expect(reserved).toBeGreaterThan(cost);
    await gate.jobs.stop();
    gate.succeed();
    expect(await wallet()).toEqual({ reserved_nanos: reserved, spent_nanos: 0n });
    now = response('resp_a');
    await gate.recorded(1);
    while ((await wallet())?.spent_nanos === 0n) await Bun.sleep(5);
    expect(await wallet()).toEqual({ reserved_nanos: 0n, spent_nanos: cost });
    expect(await verify(gate.database, Date.now())).toEqual({ unexplained: 0, problems: [] });
  });

  test.each([
    ['before', 0],
    ['after', 400],
  ] as const)(
    'one whose process dies %s its charge is posted, but before it is let go, is charged once',
    async (_, ms) => {
      const up = await upstream(working(() => response('resp_a')));
      const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
      await gate.post(asked, { path });
      const rows = await gate.database.db.selectFrom('background_responses').selectAll().execute();
      await gate.recorded(1);
      while ((await gate.database.db.selectFrom('background_responses').select('job').execute()).length > 0)
        await Bun.sleep(2);
      await Bun.sleep(ms);
      // As it is when what came after the charge was lost.
      await gate.database.db
        .insertInto('background_responses')
        .values(rows.map((row) => ({ ...row, claimed_until: 0 })))
        .execute();
      gate.succeed();
      while ((await gate.database.db.selectFrom('background_responses').select('job').execute()).length > 0)
        await Bun.sleep(5);
      await Bun.sleep(400);
      const charges = await gate.database.db.selectFrom('charges').select('amount_nanos').execute();
      expect(charges).toEqual([{ amount_nanos: cost }]);
      expect(await verify(gate.database, Date.now())).toEqual({ unexplained: 0, problems: [] });
    },
  );

  test('what a version from before jobs left behind is asked after, and charged; what it still looks after is not', async () => {
    const up = await upstream(working(() => response('resp_a')));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    const left = (id: string, claimedUntil: number) => ({
      request_id: id,
      user_id: 'user_1',
      response_id: `resp_${id}`,
      job: beforeJobs(id),
      claimed_until: claimedUntil,
      created_at: 1,
    });
    await gate.database.db
      .insertInto('background_responses')
      .values([left('req_left', 0), left('req_alive', Date.now() + 60_000)])
      .execute();
    gate.succeed();
    await gate.recorded(1);
    await Bun.sleep(100);
    expect(gate.records.map((record) => record.id)).toEqual(['req_left']);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
    const rows = await gate.database.db.selectFrom('background_responses').select('request_id').execute();
    expect(rows).toEqual([{ request_id: 'req_alive' }]);
  });

  test.each([false, true])(
    'are not told of, nor to be had, when nobody could be asked to pay (stream: %p)',
    async (stream) => {
      const created = event({ type: 'response.created', response: { id: 'resp_a', status: 'queued', output: [] } });
      const up = await upstream((one, received) => {
        if (received.method === 'GET') return answer(200, response('resp_a'))(one, received);
        return stream ? streamAnswer([created], { cut: true })(one, received) : answer(200, queued)(one, received);
      });
      // A database that does not answer.
      const promptly = (): Promise<never> => Promise.reject(new Error('the database does not answer'));
      const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { background: { ...quick.background, promptly } });
      const told = await gate.post({ ...asked, stream }, { path });
      expect(told.status).toBe(stream ? 200 : 503);
      await told.text();
      expect((await gate.get(`${path}/resp_a`)).status).toBe(404);
      expect(gate.records).toMatchObject([{ usageSource: 'none' }]);
      expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
    },
  );

  test('usage that cannot be, and another model that answered, are seen when they are done', async () => {
    const told = { ...response('resp_a'), model: 'gpt-4o-mini', usage: { input_tokens: -10, output_tokens: 5 } };
    const up = await upstream(working(() => told));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl, models: { m: 'gpt-4o' } }], quick);
    expect((await gate.post(asked, { path })).status).toBe(200);
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ usageSource: 'implausible', modelAnswered: 'gpt-4o-mini' });
    expect(gate.deps.metrics.oddAnswers).toEqual(
      new Map([
        ['usage', 1],
        ['model', 1],
      ]),
    );
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('one of which nobody can tell is not waited for longer than a day', async () => {
    const up = await upstream(working(() => queued));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], quick);
    await gate.post(asked, { path });
    const fresh = gate.deps.snapshot;
    Object.assign(gate.deps, {
      snapshot: () => {
        throw new Error('a channel that cannot be read any more');
      },
    });
    await Bun.sleep(60);
    expect(gate.records).toEqual([]);
    Object.assign(gate.deps, { clock: { ...gate.deps.clock, now: () => Date.now() + 25 * 3_600_000 } });
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'upstream_error', usageSource: 'none' });
    Object.assign(gate.deps, { snapshot: fresh });
  });

  test.each([false, true])('what is in them may be named once they are done (read by the client: %p)', async (read) => {
    const up = await upstream(working(() => response('resp_a')));
    const slow = { background: { ...quick.background, firstPollMs: 60_000 } };
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], read ? slow : quick);
    await gate.post(asked, { path });
    if (read) expect((await gate.get(`${path}/resp_a`)).status).toBe(200);
    else await gate.recorded(1);
    up.behave(answer(200, response('resp_b')));
    const item = { type: 'item_reference', id: 'msg_of_resp_a' };
    expect((await gate.post({ model: 'm', input: [item] }, { path })).status).toBe(200);
  });

  test('do not hold up a gateway that stops, when their provider or the database is slow', async () => {
    let asking = 0;
    const up = await upstream((one, received) => {
      if (received.method === 'POST') void answer(200, queued)(one, received);
      // Whoever asks after it waits for ever.
      else asking++;
    });
    const promptly = <T>(work: Promise<T>): Promise<T> =>
      Promise.race([work, Bun.sleep(50).then(() => Promise.reject(new Error('slow')))]);
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }], { background: { ...quick.background, promptly } });
    await gate.post(asked, { path });
    while (asking === 0) await Bun.sleep(5);
    expect(await Promise.race([gate.jobs.stop().then(() => 'stopped'), Bun.sleep(1000)])).toBe('stopped');
  });

  test('need a provider that keeps answers', async () => {
    const up = await upstream(answer(200, {}));
    for (const provider of ['anthropic', 'deepseek']) {
      const gate = await gateway([{ id: 'a', provider, baseUrl: up.baseUrl }]);
      const refused = await gate.post(asked, { path });
      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        { error: { code: 'protocol_not_supported' } },
      ]);
    }
    expect(up.received).toEqual([]);
  });
});

describe('items of translated answers', () => {
  const anthropic = answer(200, {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'x',
    content: [{ type: 'text', text: 'Paris it is.' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 5 },
  });

  test('may be named, by their owner', async () => {
    const up = await upstream(anthropic);
    const gate = await gateway([{ id: 'a', provider: 'anthropic', baseUrl: up.baseUrl }]);
    const body = (await (await gate.post(hello, { path })).json()) as { id: string; output: { id: string }[] };
    const id = body.output[0]?.id ?? '';
    const input = [
      { role: 'user', content: 'hi' },
      { type: 'item_reference', id },
      { role: 'user', content: 'sure?' },
    ];
    expect((await gate.post({ model: 'm', input }, { path })).status).toBe(200);
    expect(up.received.at(-1)?.json).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: 'Paris it is.' }, { role: 'user' }],
    });
    const previous = await gate.post({ ...goOn, previous_response_id: body.id }, { path });
    expect(previous.status).toBe(400);
    gate.changeKey({ user: stranger });
    expect((await gate.post({ model: 'm', input }, { path })).status).toBe(400);
    expect(up.received.length).toBe(2);
  });
});

describe('references', () => {
  const text = 'All about Paris. '.repeat(1000);
  const anthropic = answer(200, {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'x',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
  });
  const references = (id: string, count: number) =>
    Array.from({ length: count }, () => ({ type: 'item_reference', id }));

  /** The amounts that are set aside from now on. */
  function watchHolds(gate: TestGateway): readonly bigint[] {
    const holds: bigint[] = [];
    const { hold } = gate.deps.ledger;
    Object.assign(gate.deps.ledger, {
      hold(debits: readonly PlannedDebit[]) {
        holds.push(debits[0]?.amount ?? 0n);
        return hold(debits);
      },
    });
    return holds;
  }

  test('to what a provider keeps set aside what that adds to the input', async () => {
    const usage = { input_tokens: 700_000, output_tokens: 50_000, total_tokens: 750_000 };
    const up = await upstream(answer(200, { ...response('resp_a'), usage }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    await gate.post(hello, { path });
    const holds = watchHolds(gate);
    await gate.post(goOn, { path });
    await gate.post({ model: 'm', input: [{ type: 'item_reference', id: 'msg_of_resp_a' }] }, { path });
    expect(Number(holds[0])).toBeGreaterThanOrEqual(750_000 * 1000);
    expect(Number(holds[1])).toBeWithin(50_000 * 1000, 120_000 * 1000);
  });

  test('by an item that its provider fills in are the owner’s alone, too', async () => {
    const thought = { type: 'reasoning', id: 'rs_1', summary: [] };
    const picture = { type: 'image_generation_call', id: 'ig_1' };
    const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{}' };
    const output = [thought, { ...picture, status: 'completed', result: 'aGk=' }, call];
    const up = await upstream(answer(200, { ...response('resp_a'), output }));
    const gate = await gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    await gate.post(hello, { path });
    const result = { type: 'function_call_output', call_id: 'call_1', output: '1' };
    const loop = { model: 'm', input: [{ role: 'user', content: 'hi' }, thought, call, result] };
    const again = { model: 'm', input: [picture, { role: 'user', content: 'in blue' }] };
    for (const body of [loop, again]) {
      expect((await gate.post(body, { path })).status).toBe(200);
      expect(up.received.at(-1)?.json).toEqual({ ...body, model: 'm-upstream' });
    }
    gate.deps.conversations.rememberAccount(stranger.id, ['rs_2', 'ig_2'], { channelId: 'a', credential: 0 });
    const others = [{ role: 'user', content: 'hi' }, { ...thought, id: 'rs_2' }, call, result];
    expect((await gate.post({ model: 'm', input: others }, { path })).status).toBe(200);
    // OpenAI refuses a call of its own without the thought before it; without its id it is anybody's.
    const { id: _, ...anybodys } = call;
    expect(up.received.at(-1)?.json).toEqual({
      model: 'm-upstream',
      input: [{ role: 'user', content: 'hi' }, anybodys, result],
    });
    const refused = await gate.post({ ...again, input: [{ ...picture, id: 'ig_2' }] }, { path });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: 'input' } }]);
    expect(up.received.length).toBe(4);
  });

  test('count, for what is set aside and estimated, as what they stand for', async () => {
    const up = await upstream(anthropic);
    const gate = await gateway([{ id: 'a', provider: 'anthropic', baseUrl: up.baseUrl }]);
    const body = (await (await gate.post(hello, { path })).json()) as { output: { id: string }[] };
    const holds = watchHolds(gate);
    expect((await gate.post({ model: 'm', input: references(body.output[0]?.id ?? '', 3) }, { path })).status).toBe(
      200,
    );
    expect(gate.records.at(-1)?.usage.inputText).toBeGreaterThan((3 * text.length) / 5);
    expect(holds[0]).toBeGreaterThan(BigInt(((3 * text.length) / 2) * 1000));
  });

  test('do not make a request larger than one may be, nor are there more than a conversation has', async () => {
    const up = await upstream(anthropic);
    const { relay } = defaultSettings;
    const small = { ...defaultSettings, relay: { ...relay, maxBodyBytes: 300_000 } };
    const channel = channelOf({ id: 'a', provider: 'anthropic', baseUrl: up.baseUrl });
    const gate = await openTestGateway(snapshotOf([channel], small));
    open.push(gate);
    const body = (await (await gate.post(hello, { path })).json()) as { output: { id: string }[] };
    const id = body.output[0]?.id ?? '';
    const tooLarge = await gate.post({ model: 'm', input: references(id, 50) }, { path });
    expect([tooLarge.status, await tooLarge.json()]).toMatchObject([413, { error: { code: 'request_too_large' } }]);
    const tooMany = await gate.post({ model: 'm', input: references('x', 5001) }, { path });
    expect([tooMany.status, await tooMany.json()]).toMatchObject([400, { error: { param: 'input' } }]);
    expect(up.received.length).toBe(1);
    expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
  });
});

describe('signed reasoning', () => {
  test('come back to the upstream for clients that cannot carry them, and to nobody else’s', async () => {
    const thinking = { type: 'thinking', thinking: 'I should summary.', signature: 'c2lnbmF0dXJl' };
    const call = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Paris' } };
    const up = await upstream(
      answer(200, {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'x',
        content: [thinking, call],
        stop_reason: 'tool_use',
        usage: { input_tokens: 10, output_tokens: 5 },
      }),
    );
    const gate = await gateway([{ id: 'a', provider: 'anthropic', baseUrl: up.baseUrl }]);
    const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
    const asked = { model: 'm', reasoning_effort: 'low', tools, messages: [{ role: 'user', content: 'weather?' }] };
    const first = (await (await gate.post(asked)).json()) as {
      choices: { message: { tool_calls: { id: string }[] } }[];
    };
    const [toolCall] = first.choices[0]?.message.tool_calls ?? [];
    expect(toolCall?.id).toBe('toolu_1');
    const loop = {
      ...asked,
      messages: [
        ...asked.messages,
        { role: 'assistant', content: null, tool_calls: [toolCall] },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'sunny' },
      ],
    };
    expect((await gate.post(loop)).status).toBe(200);
    expect(up.received.at(-1)?.json).toMatchObject({ messages: [{}, { content: [thinking, call] }, {}] });
    gate.changeKey({ user: stranger });
    await gate.post(loop);
    expect(up.received.length).toBe(2);
  });
});

describe('counting tokens', () => {
  const question = { model: 'm', messages: [{ role: 'user', content: 'How many?' }], system: 'Count.' };
  const at = '/v1/messages/count_tokens';

  test('the provider’s own count passes', async () => {
    const up = await upstream(answer(200, { input_tokens: 14 }));
    const gate = await gateway([{ id: 'a', provider: 'anthropic', baseUrl: up.baseUrl }]);
    const counted = await gate.post(question, { path: at });
    expect([counted.status, await counted.json()]).toEqual([200, { input_tokens: 14 }]);
    expect(up.received[0]).toMatchObject({
      path: '/v1/v1/messages/count_tokens',
      json: { ...question, model: 'm-upstream' },
    });
    expect(gate.records).toEqual([]);
    expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
  });

  test('who cannot be asked without a loss is passed over for a strict key, as its requests would be', async () => {
    const translated = await upstream(answer(200, { totalTokens: 21 }));
    const same = await upstream(answer(200, { input_tokens: 14 }));
    const lossy = { ...question, metadata: { user_id: 'u' }, top_k: 5, service_tier: 'auto' };
    const both = await gateway([
      { id: 'g', provider: 'gemini', baseUrl: translated.baseUrl, priority: 1 },
      { id: 'a', provider: 'anthropic', baseUrl: same.baseUrl },
    ]);
    both.changeKey({ strictConversion: true });
    expect(await (await both.post(lossy, { path: at })).json()).toEqual({ input_tokens: 14 });
    const alone = await gateway([{ id: 'g', provider: 'gemini', baseUrl: translated.baseUrl }]);
    alone.changeKey({ strictConversion: true });
    expect((await alone.post(lossy, { path: at })).status).toBe(400);
    expect(translated.received.length).toBe(0);
    alone.changeKey({ strictConversion: false });
    expect(await (await alone.post(lossy, { path: at })).json()).toEqual({ input_tokens: 21 });
  });

  test('another protocol’s provider is asked in its own', async () => {
    const up = await upstream(answer(200, { totalTokens: 21 }));
    const gate = await gateway([{ id: 'g', provider: 'gemini', baseUrl: up.baseUrl }]);
    expect(await (await gate.post({ ...question, max_tokens: 9 }, { path: at })).json()).toEqual({ input_tokens: 21 });
    expect(up.received[0]).toMatchObject({
      path: '/v1/v1beta/models/m-upstream:countTokens',
      json: {
        generateContentRequest: {
          model: 'models/m-upstream',
          contents: [{ role: 'user', parts: [{ text: 'How many?' }] }],
          systemInstruction: {},
        },
      },
    });
    up.behave(answer(200, { input_tokens: 8 }));
    const openai = await gateway([{ id: 'o', baseUrl: up.baseUrl }]);
    const path = '/v1beta/models/m:countTokens';
    const generateContentRequest = { model: 'models/m', contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
    expect(await (await openai.post({ generateContentRequest }, { path })).json()).toEqual({ totalTokens: 8 });
    expect(up.received.at(-1)).toMatchObject({ path: '/v1/responses/input_tokens', json: { model: 'm-upstream' } });
    expect(
      await (await openai.post({ model: 'm', input: 'hi' }, { path: '/v1/responses/input_tokens' })).json(),
    ).toEqual({
      input_tokens: 8,
    });
  });

  test('who cannot be asked is estimated, and it is said', async () => {
    const up = await upstream(answer(404, { error: { message: 'Not Found' } }));
    for (const channel of [
      { id: 'deepseek', provider: 'deepseek', baseUrl: up.baseUrl },
      { id: 'anthropic', provider: 'anthropic', baseUrl: up.baseUrl },
    ]) {
      const gate = await gateway([channel]);
      const counted = await gate.post(question, { path: at });
      expect([counted.status, counted.headers.get('x-tollgate-estimated')]).toEqual([200, 'true']);
      expect(((await counted.json()) as { input_tokens: number }).input_tokens).toBeWithin(5, 60);
    }
    expect(up.received.length).toBe(1);
  });

  test('what the provider refuses, unknown models and keys are errors in the client’s protocol', async () => {
    const up = await upstream(answer(400, { type: 'error', error: { type: 'invalid_request_error', message: 'odd' } }));
    const gate = await gateway([{ id: 'a', provider: 'anthropic', baseUrl: up.baseUrl }]);
    const refused = await gate.post(question, { path: at });
    expect([refused.status, await refused.json()]).toMatchObject([400, { type: 'error', error: { message: 'odd' } }]);
    expect((await gate.post({ ...question, model: 'x' }, { path: at })).status).toBe(404);
    expect((await gate.post(question, { path: at, key: 'sk-nobody' })).status).toBe(401);
    expect((await gate.post('{', { path: at })).status).toBe(400);
  });
});
