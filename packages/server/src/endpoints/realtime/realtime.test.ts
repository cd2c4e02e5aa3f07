import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { nanos } from '../../domain/money.ts';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  type ChannelSpec,
  type TestGateway,
} from '../../relay/testing/gateway.ts';
import { openScriptedSocket, type ScriptedSocket, type SocketScript } from '../../relay/testing/scripted-socket.ts';
import { connected, refusedAt } from '../testing/socket-client.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

function upstream(script: SocketScript = talking): ScriptedSocket {
  const one = openScriptedSocket(script);
  open.push(one);
  return one;
}

async function gateway(channel: Omit<ChannelSpec, 'id'>, relay: Partial<Settings['relay']> = {}): Promise<TestGateway> {
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, ...relay } };
  const snapshot = snapshotOf([channelOf({ id: 'a', ...channel })], settings);
  const price = { inputText: 4, inputAudio: 32, inputImage: 5, cacheRead: 1, outputText: 16, outputAudio: 64 };
  const rates = Object.fromEntries(
    Object.entries(price).map(([bucket, usd]) => [bucket, BigInt(usd) * 1_000_000_000n]),
  );
  const models = new Map(
    [...snapshot.models].map(([name, model]) => [name, { ...model, price: model.price && { ...model.price, rates } }]),
  );
  const whisper = models.get('m');
  if (whisper?.price)
    models.set('writer', {
      ...whisper,
      name: 'writer',
      price: { ...whisper.price, rates: { inputAudio: 3_000_000_000n, outputText: 5_000_000_000n } },
    });
  const one = await openTestGateway({ ...snapshot, models });
  open.push(one);
  return one;
}

const path = '/v1/realtime?model=m';
/** 100 tokens in: 60 of them cached, of text 50 and sound 10; 50 out: 10 of text, 40 of sound. */
const usage = {
  total_tokens: 150,
  input_tokens: 100,
  output_tokens: 50,
  input_token_details: {
    text_tokens: 60,
    audio_tokens: 35,
    image_tokens: 5,
    cached_tokens: 60,
    cached_tokens_details: { text_tokens: 50, audio_tokens: 10, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 10, audio_tokens: 40 },
};
const buckets = { cacheRead: 60, inputAudio: 25, inputImage: 5, inputText: 10, outputAudio: 40, outputText: 10 };
const cost = 60n * 1000n + 25n * 32_000n + 5n * 5000n + 10n * 4000n + 40n * 64_000n + 10n * 16_000n;

/** Holds sessions as OpenAI does: says that they are there, and answers each `response.create`. */
const talking: SocketScript = {
  opened({ socket }) {
    socket.send(
      JSON.stringify({
        type: 'session.created',
        event_id: 'event_0',
        session: { type: 'realtime', model: 'm-upstream', audio: { input: { transcription: { model: 'writer' } } } },
      }),
    );
  },
  frame({ socket }, frame) {
    const { type } = JSON.parse(frame as string) as { readonly type: string };
    const say = (event: object): void => void socket.send(JSON.stringify(event));
    if (type === 'response.create') {
      say({ type: 'response.created', event_id: 'event_1', response: { id: 'resp_1', status: 'in_progress' } });
      say({ event_id: 'event_2', type: 'response.output_audio.delta', delta: 'AAAA' });
      say({ event_id: 'event_3', type: 'response.done', response: { id: 'resp_1', status: 'completed', usage } });
    }
    if (type === 'input_audio_buffer.commit')
      say({
        event_id: 'event_4',
        type: 'conversation.item.input_audio_transcription.completed',
        transcript: 'Hi',
        usage: {
          type: 'tokens',
          input_tokens: 20,
          output_tokens: 4,
          total_tokens: 24,
          input_token_details: { audio_tokens: 20 },
        },
      });
    if (type === 'session.update') say({ event_id: 'event_5', type: 'session.updated', session: {} });
  },
};

const isDone = ({ type }: { readonly type?: unknown }): boolean => type === 'response.done';
const isError = ({ type }: { readonly type?: unknown }): boolean => type === 'error';

async function expectClean(gate: TestGateway): Promise<void> {
  while (gate.deps.load.openRequests > 0) await Bun.sleep(5);
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0, drains: 0 });
}

describe('realtime sessions', () => {
  test('each response is paid once, by kind of token, and what was written down by its own model', async () => {
    const up = upstream();
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    one.say({ type: 'session.update', session: { type: 'realtime', model: 'm', output_modalities: ['audio'] } });
    one.say({ type: 'input_audio_buffer.append', audio: 'AAAA'.repeat(1000) });
    one.say({ type: 'input_audio_buffer.commit' });
    one.say({ type: 'response.create' });
    one.say({ event_id: 'mine', type: 'response.create', response: { max_output_tokens: 100 } });
    // Each is charged as soon as it is whole, while the session goes on.
    await gate.recorded(2);
    one.close();
    await gate.recorded(3);
    const [first, second, session] = gate.records;
    expect(first).toMatchObject({
      operation: 'realtime',
      modelAsked: 'm',
      modelServed: 'm-upstream',
      endReason: 'completed',
      usageSource: 'provider',
      // With what was written down before it.
      usage: { ...buckets, inputAudio: buckets.inputAudio + 20, outputText: buckets.outputText + 4 },
    });
    expect(second).toMatchObject({ id: `${session?.id}_2`, usage: buckets });
    expect(session).toMatchObject({ status: 101, usage: {}, charge: undefined, attempts: [{ status: 101 }] });
    expect(gate.records.map(({ charge }) => charge?.amount)).toEqual([
      nanos(cost + 20n * 3000n + 4n * 5000n),
      nanos(cost),
      undefined,
    ]);
    // Each answer is counted once, at its channel.
    expect(gate.deps.metrics.cacheRead).toEqual(new Map([['a', 120]]));
    const [asked] = up.sessions;
    expect(asked?.path).toBe('/v1/realtime?model=m-upstream');
    expect(asked?.headers['authorization']).toBe('Bearer sk-upstream-canary');
    expect(JSON.parse(asked?.frames[0] as string)).toMatchObject({ session: { model: 'm-upstream' } });
    expect(asked?.frames[1]).toBe(JSON.stringify({ type: 'input_audio_buffer.append', audio: 'AAAA'.repeat(1000) }));
    await expectClean(gate);
  });

  test('browsers bring their key as a subprotocol, which nobody is told', async () => {
    const up = upstream();
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path, { key: '', subprotocols: ['realtime', 'openai-insecure-api-key.sk-test'] });
    await one.next(({ type }) => type === 'session.created');
    expect(JSON.stringify(up.sessions[0]?.headers)).not.toContain('sk-test');
    one.close();
    await expectClean(gate);
  });

  test('Azure’s clients and Azure’s channels are asked their way', async () => {
    const up = upstream();
    for (const [asked, apiVersion, at] of [
      ['/openai/v1/realtime?model=m', 'v1', '/v1/openai/v1/realtime?model=m-upstream'],
      [
        '/openai/realtime?deployment=m&api-version=2025-04-01-preview',
        '2025-04-01-preview',
        '/v1/openai/realtime?deployment=m-upstream&api-version=2025-04-01-preview',
      ],
    ] as const) {
      const gate = await gateway({ baseUrl: up.baseUrl, provider: 'azure-openai', settings: { apiVersion } });
      const one = await connected(gate, asked, { key: '', headers: { 'api-key': 'sk-test' } });
      one.say({ type: 'response.create' });
      await one.next(isDone);
      expect(up.sessions.at(-1)?.path).toBe(at);
      expect(up.sessions.at(-1)?.headers['api-key']).toBe('sk-upstream-canary');
      one.close();
      await expectClean(gate);
    }
  });

  test('what may not be said is answered in the protocol, and goes no further', async () => {
    const up = upstream();
    const gate = await gateway({ baseUrl: up.baseUrl });
    const one = await connected(gate, path);
    const cases: readonly (readonly [string | Uint8Array | object, object])[] = [
      ['{', { code: 'invalid_json' }],
      [new Uint8Array([1, 2]), { code: 'invalid_request' }],
      [{ type: 'session.update', session: { model: 'dearer' } }, { param: 'session.model' }],
      [{ type: 'response.create', response: { prompt: { id: 'pmpt_1' } } }, { param: 'prompt.id' }],
      [
        '{"type":"input_audio_buffer.append","type":"session.update","session":{"model":"dearer"}}',
        { code: 'invalid_request' },
      ],
    ];
    for (const [said, told] of cases) {
      const from = one.events.length;
      one.say(said);
      expect(await one.next(isError, from)).toMatchObject({ error: told });
    }
    expect(up.sessions[0]?.frames).toEqual([]);
    one.close();
    await expectClean(gate);
    expect(await gate.balance()).toBe(100_000_000_000n);
  });

  test('a client secret opens sessions of its model, set up as its maker said, until it expires', async () => {
    const up = upstream();
    const gate = await gateway({ baseUrl: up.baseUrl });
    const session = { type: 'realtime', model: 'm', instructions: 'Be brief.' };
    const made = await gate.post(
      { expires_after: { anchor: 'created_at', seconds: 30 }, session },
      { path: '/v1/realtime/client_secrets' },
    );
    const told = (await made.json()) as { readonly value: string; readonly expires_at: number };
    expect(told).toMatchObject({ session: { ...session, object: 'realtime.session' } });
    expect(told.value).toMatch(/^ek_/);
    const secret = told.value;
    // By header or as browsers bring it, with the model named again or not.
    for (const how of [{ key: secret }, { key: '', subprotocols: ['realtime', `openai-insecure-api-key.${secret}`] }]) {
      const one = await connected(gate, how.key === '' ? '/v1/realtime' : path, how);
      one.say({ type: 'response.create' });
      await one.next(isDone);
      one.close();
      expect(up.sessions.at(-1)?.frames.map((frame) => JSON.parse(frame as string) as unknown)).toEqual([
        { type: 'session.update', session: { ...session, model: 'm-upstream' } },
        { type: 'response.create' },
      ]);
      expect(JSON.stringify(up.sessions.at(-1)?.headers)).not.toContain(secret);
    }
    await gate.recorded(4);
    const paid = gate.records.filter(({ charge }) => charge !== undefined);
    expect(paid.map(({ keyId, charge }) => [keyId, charge?.amount])).toEqual([
      ['key_1', nanos(cost)],
      ['key_1', nanos(cost)],
    ]);
    // It opens nothing else, and is good for nothing without its key.
    expect((await refusedAt(gate, '/v1/realtime?model=other', { key: secret })).status).toBe(400);
    expect((await gate.post({ model: 'm', messages: [] }, { key: secret })).status).toBe(401);
    expect((await gate.post({ session }, { key: secret, path: '/v1/realtime/client_secrets' })).status).toBe(401);
    expect((await refusedAt(gate, path, { key: `${secret.slice(0, -1)}x` })).status).toBe(401);
    const kept = await gate.database.db.selectFrom('kept_values').selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain(secret);
    gate.changeKey({ enabled: false });
    expect((await refusedAt(gate, path, { key: secret })).status).toBe(401);
    gate.changeKey({ enabled: true });
    await gate.database.db.updateTable('kept_values').set({ expires_at: Date.now() }).execute();
    expect((await refusedAt(gate, path, { key: secret })).status).toBe(401);
    await expectClean(gate);
  });

  test('sessions that only transcribe are opened by a secret of their own, and each piece is paid by its model', async () => {
    const up = upstream();
    const gate = await gateway({ baseUrl: up.baseUrl });
    const transcription = { model: 'm', language: 'en' };
    const today = { type: 'transcription', audio: { input: { transcription } } };
    const older = { input_audio_format: 'pcm16', input_audio_transcription: transcription };
    const cost = nanos(20n * 32_000n + 4n * 16_000n);
    type Made = { readonly value?: string; readonly client_secret?: { readonly value: string } };
    const made = async (path: string, body: object): Promise<string> => {
      const told = (await (await gate.post(body, { path: `/v1/realtime/${path}` })).json()) as Made;
      expect(JSON.stringify(told)).toContain('"object":"realtime.transcription_session"');
      return told.value ?? told.client_secret?.value ?? '';
    };
    const secrets = [
      await made('client_secrets', { session: today }),
      await made('transcription_sessions', { ...older, client_secret: { expires_at: { seconds: 60 } } }),
    ];
    const at = '/v1/realtime?intent=transcription';
    for (const secret of secrets) {
      const one = await connected(gate, at, { key: secret });
      one.say({ type: 'input_audio_buffer.commit' });
      await one.next(({ type }) => String(type).endsWith('transcription.completed'));
      one.close();
      expect((await refusedAt(gate, path, { key: secret })).status).toBe(400);
    }
    const mine = await connected(gate, `${at}&model=m`);
    mine.say({
      type: 'session.update',
      session: { type: 'transcription', audio: { input: { transcription: { model: 'dearer' } } } },
    });
    expect(await mine.next(isError)).toMatchObject({ error: { param: 'session.model' } });
    mine.close();
    expect((await refusedAt(gate, at)).status).toBe(400);
    expect(up.sessions.map((one) => one.path)).toEqual(Array.from({ length: 3 }, () => at));
    expect(up.sessions.slice(0, 2).map(({ frames }) => JSON.parse(frames[0] as string) as unknown)).toEqual([
      {
        type: 'session.update',
        session: {
          type: 'transcription',
          audio: { input: { transcription: { ...transcription, model: 'm-upstream' } } },
        },
      },
      {
        type: 'transcription_session.update',
        session: { ...older, input_audio_transcription: { ...transcription, model: 'm-upstream' } },
      },
    ]);
    await expectClean(gate);
    const paid = gate.records.filter(({ charge }) => charge !== undefined);
    expect(paid.map(({ operation, charge }) => [operation, charge?.amount])).toEqual([
      ['transcription-sessions', cost],
      ['transcription-sessions', cost],
    ]);
    const ordinary = await gate.post(
      { session: { type: 'realtime', model: 'm' } },
      { path: '/v1/realtime/client_secrets' },
    );
    const { value = '' } = (await ordinary.json()) as Made;
    expect((await refusedAt(gate, at, { key: value })).status).toBe(400);
  });

  test('a session ends with the key that made its client secret', async () => {
    const gate = await gateway({ baseUrl: upstream().baseUrl });
    const made = await gate.post({ model: 'm', voice: 'ash' }, { path: '/v1/realtime/sessions' });
    const told = (await made.json()) as { readonly client_secret: { readonly value: string } };
    expect(told).toMatchObject({ model: 'm', voice: 'ash', object: 'realtime.session' });
    const one = await connected(gate, path, { key: told.client_secret.value });
    gate.changeKey({ enabled: false });
    gate.skip(1100);
    expect((await one.ended)[0]).toBe(1008);
    await expectClean(gate);
  });

  test('a client secret for what cannot be is refused to its maker', async () => {
    const gate = await gateway({ baseUrl: upstream().baseUrl });
    const session = { type: 'realtime', model: 'm' };
    for (const [body, status, param] of [
      [[], 400, null],
      [{}, 400, 'session'],
      [{ session: {} }, 400, 'session.model'],
      [{ session: { ...session, type: 'odd' } }, 400, 'session.type'],
      [{ session: { ...session, type: 'transcription' } }, 400, 'session.audio.input.transcription.model'],
      [{ session, expires_after: 5 }, 400, 'expires_after'],
      [{ session, expires_after: { seconds: 7201 } }, 400, 'expires_after.seconds'],
      [{ session: { ...session, prompt: { id: 'pmpt_1' } } }, 400, 'prompt.id'],
      [{ session: { ...session, model: 'unknown' } }, 404, 'model'],
    ] as const) {
      const answer = await gate.post(body, { path: '/v1/realtime/client_secrets' });
      expect([body, answer.status, await answer.json()]).toMatchObject([body, status, { error: { param } }]);
    }
    expect(await gate.database.db.selectFrom('kept_values').selectAll().execute()).toEqual([]);
  });

  test('the hold is extended as the session goes on, and ends it politely when there is no more', async () => {
    const up = upstream();
    const gate = await gateway({ baseUrl: up.baseUrl });
    await gate.leave(160_000_000n);
    const one = await connected(gate, path);
    let over = false;
    void one.ended.then(() => (over = true));
    while (!over) {
      const before = one.events.length;
      one.say({ type: 'input_audio_buffer.append', audio: 'A'.repeat(400_000) });
      one.say({ type: 'response.create' });
      while (!over && !one.events.slice(before).some(isDone)) await Bun.sleep(1);
    }
    expect(one.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'insufficient_balance' } });
    expect(await one.ended).toEqual([1008, 'insufficient_balance']);
    expect(gate.extensions.length).toBeGreaterThan(0);
    const done = one.events.filter(isDone).length;
    await gate.recorded(done + 1);
    expect(gate.records.map(({ charge }) => charge?.amount)).toEqual([
      ...Array.from({ length: done }, () => nanos(cost)),
      undefined,
    ]);
    expect(gate.records.at(-1)).toMatchObject({ endReason: 'refused', errorCode: 'insufficient_balance' });
    await expectClean(gate);
  });

  test('a handshake that cannot be made is an answer', async () => {
    const up = upstream({
      handshake: () => Response.json({ error: { message: 'No such model', code: 'model_not_found' } }, { status: 404 }),
    });
    const gate = await gateway({ baseUrl: up.baseUrl });
    expect(await refusedAt(gate, '/v1/realtime')).toMatchObject({ status: 400 });
    expect(await refusedAt(gate, '/v1/realtime?model=unknown')).toMatchObject({ status: 404 });
    expect(await refusedAt(gate, path, { subprotocols: ['chat'] })).toMatchObject({ status: 400 });
    expect((await refusedAt(gate, path)).status).toBe(404);
    expect((await gate.get(path)).status).toBe(426);
    await expectClean(gate);
  });
});
