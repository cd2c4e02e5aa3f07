import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { nanos } from '../../domain/money.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';
import { openScriptedSocket, type ScriptedSocket, type SocketScript } from '../../relay/testing/scripted-socket.ts';
import { connected, refusedAt, type SocketClient } from '../testing/socket-client.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

const method = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';
const setup = { setup: { model: 'models/m', generationConfig: { responseModalities: ['AUDIO'] } } };

/** 100 tokens in: 60 of sound, 40 of text; out 30 of sound and 5 of text. */
const usageMetadata = {
  promptTokenCount: 100,
  responseTokenCount: 35,
  totalTokenCount: 135,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 40 },
    { modality: 'AUDIO', tokenCount: 60 },
  ],
  responseTokensDetails: [
    { modality: 'AUDIO', tokenCount: 30 },
    { modality: 'TEXT', tokenCount: 5 },
  ],
};
const buckets = { inputText: 40, inputAudio: 60, outputAudio: 30, outputText: 5 };
const cost = 40n * 4000n + 60n * 32_000n + 30n * 64_000n + 5n * 16_000n;

type Message = Readonly<Record<string, unknown>>;

/** Holds sessions as Google does: its messages are JSON in binary frames. */
const talking: SocketScript = {
  frame({ socket }, frame) {
    const message = JSON.parse(frame as string) as Message;
    const say = (told: object): void => void socket.send(new TextEncoder().encode(JSON.stringify(told)));
    if ('setup' in message) {
      say({ setupComplete: {} });
      say({ sessionResumptionUpdate: { newHandle: 'handle-1', resumable: true } });
    }
    if (!('clientContent' in message) && !('toolResponse' in message)) return;
    const parts = [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data: 'AAAA' } }];
    say({ serverContent: { modelTurn: { parts } } });
    if (JSON.stringify(message).includes('call a function'))
      return say({ toolCall: { functionCalls: [] }, usageMetadata });
    say({ serverContent: { generationComplete: true } });
    say({ serverContent: { turnComplete: true }, usageMetadata });
    // Said once more, as some models do.
    say({ usageMetadata });
  },
};

function upstream(script: SocketScript = talking): ScriptedSocket {
  const one = openScriptedSocket(script);
  open.push(one);
  return one;
}

async function gateway(up: ScriptedSocket, relay: Partial<Settings['relay']> = {}): Promise<TestGateway> {
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, ...relay } };
  const channel = channelOf({ id: 'a', provider: 'gemini', baseUrl: up.baseUrl.replace('/v1', '') });
  const snapshot = snapshotOf([channel], settings);
  const price = { inputText: 4, inputAudio: 32, outputText: 16, outputAudio: 64 };
  const rates = Object.fromEntries(
    Object.entries(price).map(([bucket, usd]) => [bucket, BigInt(usd) * 1_000_000_000n]),
  );
  const models = new Map(
    [...snapshot.models].map(([name, model]) => [name, { ...model, price: model.price && { ...model.price, rates } }]),
  );
  const one = await openTestGateway({ ...snapshot, models });
  open.push(one);
  return one;
}

/** The SDK's way: the key stands in the query. */
const atKey = (gate: TestGateway, path = `${method}?key=sk-test`): Promise<SocketClient> =>
  connected(gate, path, { key: '' });
const ask = { clientContent: { turns: [{ role: 'user', parts: [{ text: 'Hi' }] }], turnComplete: true } };

async function expectClean(gate: TestGateway): Promise<void> {
  while (gate.deps.load.openRequests > 0) await Bun.sleep(5);
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0, drains: 0 });
}

describe('live sessions', () => {
  test('each turn is charged once, by kind of token, while the session goes on', async () => {
    const up = upstream();
    const gate = await gateway(up);
    const one = await atKey(gate);
    one.say(setup);
    one.say({ realtimeInput: { audio: { mimeType: 'audio/pcm;rate=16000', data: 'AAAA'.repeat(1000) } } });
    one.say(ask);
    await gate.recorded(1);
    one.say({ clientContent: { turns: [{ role: 'user', parts: [{ text: 'call a function' }] }] } });
    await gate.recorded(2);
    one.say({ toolResponse: { functionResponses: [{ id: 'c', name: 'f', response: {} }] } });
    await gate.recorded(3);
    one.close();
    await gate.recorded(4);
    expect(gate.records.map(({ charge }) => charge?.amount)).toEqual([
      nanos(cost),
      nanos(cost),
      nanos(cost),
      undefined,
    ]);
    expect(gate.records[0]).toMatchObject({
      operation: 'live',
      modelAsked: 'm',
      modelServed: 'm-upstream',
      usageSource: 'provider',
      usage: buckets,
    });
    expect(gate.records[3]).toMatchObject({ status: 101, endReason: 'completed', usage: {} });
    const [session] = up.sessions;
    expect(session?.path).toBe(method);
    expect(session?.headers['x-goog-api-key']).toBe('sk-upstream-canary');
    expect(JSON.parse(session?.frames[0] as string)).toEqual({ setup: { ...setup.setup, model: 'models/m-upstream' } });
    await expectClean(gate);
  });

  test.each([
    ['no JSON', 'hello', 1007],
    ['no setup', ask, 1007],
    ['a setup beside something else', { ...setup, ...ask }, 1007],
    [
      'a field in both spellings',
      { setup: { model: 'models/m', system_instruction: {}, systemInstruction: {} } },
      1007,
    ],
    ['no model', { setup: { generationConfig: {} } }, 1007],
    ['a model that nobody has', { setup: { model: 'models/none' } }, 1008],
    [
      'what is not the sender’s',
      { setup: { ...setup.setup, tools: [{ fileSearch: { fileSearchStoreNames: ['x'] } }] } },
      1007,
    ],
    [
      'a session that is not the sender’s',
      { setup: { ...setup.setup, sessionResumption: { handle: 'foreign' } } },
      1007,
    ],
  ])('a first message that opens none is answered by the close frame: %s', async (_, first, code) => {
    const up = upstream();
    const gate = await gateway(up);
    const one = await atKey(gate);
    one.say(first);
    const [ended, reason] = await one.ended;
    expect(ended).toBe(code);
    expect(reason).not.toBe('');
    expect(up.asked()).toBe(0);
    await expectClean(gate);
  });

  test('a later message that may not pass ends the session, and what was said before it is paid', async () => {
    const up = upstream();
    const gate = await gateway(up);
    let paid = 1;
    for (const bad of [
      setup,
      'hello',
      { clientContent: { turns: [{ parts: [{ fileData: { fileUri: 'files/x' } }] }] } },
    ]) {
      const one = await atKey(gate);
      one.say(setup);
      one.say(ask);
      // The turn; the sessions before it left two records each.
      await gate.recorded(paid);
      paid += 2;
      one.say(bad);
      expect((await one.ended)[0]).toBe(1007);
    }
    await gate.recorded(6);
    expect(gate.records.filter(({ charge }) => charge?.amount === nanos(cost))).toHaveLength(3);
    await expectClean(gate);
  });

  test('a key that is none is refused before the handshake, in Google’s words', async () => {
    const gate = await gateway(upstream());
    const refused = await refusedAt(gate, `${method}?key=sk-none`, { key: '' });
    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.text)).toMatchObject({ error: { status: 'UNAUTHENTICATED' } });
    expect((await refusedAt(gate, method, { key: '' })).status).toBe(401);
    await expectClean(gate);
  });

  test('an upstream that refuses the handshake is told by the close frame', async () => {
    const gate = await gateway(
      upstream({ handshake: () => Response.json({ error: { code: 400, message: 'Bad.' } }, { status: 400 }) }),
    );
    const one = await atKey(gate);
    one.say(setup);
    expect(await one.ended).toEqual([1007, 'Bad.']);
    await expectClean(gate);
  });

  test('a client that leaves before it says anything, or while an upstream is asked, leaves nothing behind', async () => {
    let release = (): void => undefined;
    const held = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
    const up = upstream({ handshake: () => held });
    const gate = await gateway(up);
    (await atKey(gate)).close();
    const one = await atKey(gate);
    one.say(setup);
    while (up.asked() === 0) await Bun.sleep(5);
    one.close();
    await expectClean(gate);
    release();
  });

  test('money that is gone ends the session politely', async () => {
    const up = upstream();
    const gate = await gateway(up);
    const one = await atKey(gate);
    one.say(setup);
    one.say(ask);
    await gate.recorded(1);
    await gate.spendAll();
    one.say({ realtimeInput: { text: 'x'.repeat(4_000_000) } });
    const [code, reason] = await one.ended;
    expect(code).toBe(1008);
    expect(reason).toContain('balance');
    await expectClean(gate);
    const none = await atKey(gate);
    none.say(setup);
    expect((await none.ended)[0]).toBe(1008);
    await expectClean(gate);
  });

  test('a session is gone on with at the account that held it, by its owner', async () => {
    const up = upstream();
    const gate = await gateway(up);
    const one = await atKey(gate);
    one.say(setup);
    one.say(ask);
    await gate.recorded(1);
    one.close();
    const again = await atKey(gate);
    again.say({ setup: { ...setup.setup, sessionResumption: { handle: 'handle-1' } } });
    while ((up.sessions[1]?.frames.length ?? 0) === 0) await Bun.sleep(5);
    expect(JSON.parse(up.sessions[1]?.frames[0] as string)).toMatchObject({
      setup: { sessionResumption: { handle: 'handle-1' } },
    });
    again.close();
    await expectClean(gate);
  });
});

describe('tokens', () => {
  const make = async (gate: TestGateway, body: object): Promise<{ readonly status: number; readonly name: string }> => {
    const response = await gate.post(JSON.stringify(body), { path: '/v1alpha/auth_tokens' });
    const told = (await response.json()) as { readonly name?: string };
    return { status: response.status, name: told.name ?? '' };
  };
  const constrained = (name: string): string =>
    `/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained?access_token=${name}`;

  test('one opens as many sessions as it says, as it was made', async () => {
    const up = upstream();
    const gate = await gateway(up);
    const locked = { model: 'models/m', systemInstruction: { parts: [{ text: 'Be brief.' }] } };
    const { name } = await make(gate, { uses: 1, bidiGenerateContentSetup: locked });
    expect(name).toStartWith('auth_tokens/ek_');
    const one = await atKey(gate, constrained(name));
    one.say({ setup: { model: 'models/other', tools: [{ googleSearch: {} }] } });
    one.say(ask);
    await gate.recorded(1);
    expect(JSON.parse(up.sessions[0]?.frames[0] as string)).toEqual({
      setup: { ...locked, model: 'models/m-upstream' },
    });
    expect((await refusedAt(gate, constrained(name), { key: '' })).status).toBe(401);
    one.close();
    await gate.recorded(2);
    await expectClean(gate);
  });

  test('a mask locks the fields that it names, and leaves the others', async () => {
    const up = upstream();
    const gate = await gateway(up);
    const { name } = await make(gate, {
      uses: 0,
      bidiGenerateContentSetup: { model: 'models/m', generationConfig: { temperature: 0.5 } },
      fieldMask: 'generationConfig.temperature',
    });
    for (const round of [0, 1]) {
      const one = await atKey(gate, constrained(name));
      one.say({ setup: { model: 'models/m', generationConfig: { temperature: 2, topK: 3 } } });
      while ((up.sessions[round]?.frames.length ?? 0) === 0) await Bun.sleep(5);
      expect(JSON.parse(up.sessions[round]?.frames[0] as string)).toMatchObject({
        setup: { generationConfig: { temperature: 0.5, topK: 3 } },
      });
      one.close();
    }
    await expectClean(gate);
  });

  test.each([
    { uses: -1 },
    { uses: 1000 },
    { uses: 'x' },
    { expireTime: '2001-01-01T00:00:00Z' },
    { newSessionExpireTime: 'soon' },
    { bidiGenerateContentSetup: { model: 'models/none' } },
    { bidiGenerateContentSetup: { model: 'models/m', tools: [{ fileSearch: { fileSearchStoreNames: ['x'] } }] } },
  ])('what cannot be is refused in Google’s words: %p', async (body) => {
    const gate = await gateway(upstream());
    expect((await make(gate, body)).status).toBeOneOf([400, 404]);
  });

  test('a token is no key, and a key’s end is the end of its tokens', async () => {
    const gate = await gateway(upstream());
    const { name } = await make(gate, {});
    const chat = await gate.post('{"contents":[{"parts":[{"text":"Hi"}]}]}', {
      path: '/v1beta/models/m:generateContent',
      key: name,
    });
    expect(chat.status).toBe(401);
  });
});
