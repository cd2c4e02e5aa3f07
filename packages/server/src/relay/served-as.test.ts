import { afterEach, describe, expect, test } from 'bun:test';
import type { ConditionalRates, Price } from '../domain/price.ts';
import type { ChargeLine } from '../domain/quote.ts';
import { readProgram } from '../services/price-expressions/read-program.ts';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  testPrice,
  type ChannelSpec,
  type TestGateway,
} from './testing/gateway.ts';
import {
  answer,
  delta,
  finish,
  frame,
  openScriptedUpstream,
  streamAnswer,
  usageChunk,
} from './testing/scripted-upstream.ts';
import type { Behaviour } from './testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const when = (condition: ConditionalRates['when'], inputText: bigint, outputText: bigint): ConditionalRates => ({
  when: condition,
  rates: { inputText, outputText },
  perCall: undefined,
});
const priced = (...conditional: readonly ConditionalRates[]): Price => ({ ...testPrice, conditional });

/** A gateway before one upstream, whose models have these prices. */
async function gateway(
  behaviour: Behaviour,
  prices: Readonly<Record<string, Price>>,
  channel: Partial<ChannelSpec> = {},
): Promise<TestGateway> {
  const up = await openScriptedUpstream(behaviour);
  open.push(up);
  const baseUrl = channel.provider === undefined ? up.baseUrl : up.baseUrl.replace(/\/v1$/, '');
  const snapshot = snapshotOf([channelOf({ id: 'a', ...channel, baseUrl })]);
  const known = { ownedBy: 'test', maxOutputTokens: 1000, operations: undefined, createdAt: 0 };
  const models = new Map(Object.entries(prices).map(([name, price]) => [name, { name, price, ...known }]));
  const one = await openTestGateway({ ...snapshot, models });
  open.push(one);
  return one;
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const claude = { ...hello, max_tokens: 10 };
const toClaude = { path: '/v1/messages', headers: { 'anthropic-version': '2023-06-01' } };
const completion = (fields: object): Behaviour =>
  answer(200, {
    id: 'c1',
    object: 'chat.completion',
    model: 'x',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    ...fields,
  });
const chunks = (tier: string): Behaviour =>
  streamAnswer(
    [delta('Hi'), finish(), usageChunk(10, 5)]
      .map((chunk) => frame({ ...(chunk as object), service_tier: tier }))
      .concat(frame('[DONE]')),
  );
const message = (usage: object): Behaviour =>
  answer(200, {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm-upstream',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 5, ...usage },
  });

const flex = priced(when({ tier: ['flex'] }, 100n, 200n), when({ tier: ['priority'] }, 7000n, 9000n));
const atFlex = [
  { bucket: 'inputText', quantity: 10, rate: 100n, condition: 'tier: flex' },
  { bucket: 'outputText', quantity: 5, rate: 200n, condition: 'tier: flex' },
];

describe('an answer is charged as it says that it was served', () => {
  test.each([
    ['passed on, whole', hello, {}, completion({ service_tier: 'flex' })],
    ['passed on, streamed', { ...hello, stream: true }, {}, chunks('flex')],
    ['translated, whole', claude, toClaude, completion({ service_tier: 'flex' })],
    ['translated, streamed', { ...claude, stream: true }, toClaude, chunks('flex')],
  ])('%s', async (_, body, to, behaviour) => {
    const gate = await gateway(behaviour, { m: flex });
    // Whatever was asked for.
    const response = await gate.post({ ...body, service_tier: 'auto' }, to);
    expect(response.status).toBe(200);
    await response.text();
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.lines).toEqual(atFlex as never);
    expect(gate.records[0]).toMatchObject({ usage: { inputText: 10, outputText: 5 }, usageSource: 'provider' });
  });

  test('by an expression too, with what it reads of the request', async () => {
    const expression =
      '(service_tier == "flex" ? tier("flex", p * 1 + c * 2) : tier("plain", p * 10 + c * 20)) * ' +
      '(param("metadata.plan") == "gold" && header("x-team") == "blue" ? 3 : 1)';
    const price = { ...testPrice, rates: {}, expression, program: readProgram(expression) };
    const gate = await gateway(completion({ service_tier: 'flex' }), { m: price });
    const asked = { ...hello, service_tier: 'auto', metadata: { plan: 'gold' } };
    await (await gate.post(asked, { headers: { 'x-team': 'blue' } })).text();
    await (await gate.post(asked)).text();
    await gate.recorded(2);
    const lines = (times: bigint) => [
      { bucket: 'inputText', quantity: 10, rate: times * 1_000_000_000n, condition: 'flex' },
      { bucket: 'outputText', quantity: 5, rate: times * 2_000_000_000n, condition: 'flex' },
    ];
    expect(gate.records.map(({ charge }) => charge?.lines)).toEqual([lines(3n), lines(1n)] as never);
    expect((await gate.verify()).unexplained).toBe(0);
  });

  test('an answer at the standard tier costs the default, though another was asked for', async () => {
    const gate = await gateway(completion({ service_tier: 'default' }), { m: flex });
    await gate.post({ ...hello, service_tier: 'flex' });
    expect(gate.records[0]?.charge?.lines.map(({ rate }) => rate)).toEqual([1_000_000_000n, 2_000_000_000n]);
  });

  test('what breaks off is charged by its tier, too', async () => {
    const cut: Behaviour = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(frame({ ...(delta('Hello there') as object), service_tier: 'flex' }), () => response.destroy());
    };
    const gate = await gateway(cut, { m: flex });
    await (await gate.post({ ...hello, stream: true })).text();
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ usageSource: 'estimated' });
    expect(new Set(gate.records[0]?.charge?.lines.map(({ condition }) => condition))).toEqual(new Set(['tier: flex']));
  });

  test('other models that helped cost what they cost, and count', async () => {
    const iterations = [
      { type: 'message', input_tokens: 10, output_tokens: 5 },
      { type: 'advisor_message', model: 'opus', input_tokens: 40, output_tokens: 6 },
      { type: 'advisor_message', model: 'm-upstream', input_tokens: 1, output_tokens: 0 },
    ];
    const prices = { m: testPrice, opus: { ...testPrice, rates: { inputText: 5n, outputText: 6n } } };
    // The price by which clients know the model goes before one under its name upstream.
    const gate = await gateway(
      message({ iterations }),
      { ...prices, 'm-upstream': prices.opus },
      { provider: 'anthropic' },
    );
    const response = await gate.post(claude, toClaude);
    expect(((await response.json()) as { usage: object }).usage).toMatchObject({ input_tokens: 10, output_tokens: 5 });
    expect(gate.records[0]?.charge?.lines).toEqual([
      { bucket: 'inputText', quantity: 10, rate: 1_000_000_000n },
      { bucket: 'outputText', quantity: 5, rate: 2_000_000_000n },
      { bucket: 'inputText', quantity: 40, rate: 5n, condition: 'model: opus' },
      { bucket: 'outputText', quantity: 6, rate: 6n, condition: 'model: opus' },
      { bucket: 'inputText', quantity: 1, rate: 1_000_000_000n, condition: 'model: m-upstream' },
    ]);
    expect(gate.records[0]?.usage).toEqual({ inputText: 51, outputText: 11 });
  });

  const drawn = answer(200, {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    model: 'm-upstream',
    tools: [{ type: 'image_generation', model: 'painter' }],
    tool_usage: {
      image_gen: {
        input_tokens: 30,
        input_tokens_details: { text_tokens: 10, image_tokens: 20 },
        output_tokens: 100,
        total_tokens: 130,
      },
      web_search: { num_requests: 0 },
    },
    output: [{ type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'aGk=' }],
    usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
  });
  const painter = { ...testPrice, rates: { inputText: 5n, inputImage: 6n, outputImage: 7n } };
  const own: readonly ChargeLine[] = [
    { bucket: 'inputText', quantity: 10, rate: 1_000_000_000n },
    { bucket: 'outputText', quantity: 5, rate: 2_000_000_000n },
  ];
  const byNumber = { ...testPrice, rates: { ...testPrice.rates, images: 9n } };
  test.each<[string, Readonly<Record<string, Price>>, readonly ChargeLine[]]>([
    [
      'by its tokens at the price of the model that drew',
      { m: testPrice, painter },
      [
        { bucket: 'images', quantity: 1, rate: 0n },
        { bucket: 'inputText', quantity: 10, rate: 5n, condition: 'model: painter' },
        { bucket: 'inputImage', quantity: 20, rate: 6n, condition: 'model: painter' },
        { bucket: 'outputImage', quantity: 100, rate: 7n, condition: 'model: painter' },
      ],
    ],
    [
      'by number where the model that was asked has a price for pictures',
      { m: byNumber, painter },
      [{ bucket: 'images', quantity: 1, rate: 9n }],
    ],
    [
      'for nothing where nobody has a price for either',
      { m: testPrice },
      [{ bucket: 'images', quantity: 1, rate: 0n }],
    ],
    [
      'by the price of the usual painter where the one that the client named has none',
      { m: testPrice, 'gpt-image-1': painter },
      [
        { bucket: 'images', quantity: 1, rate: 0n },
        { bucket: 'inputText', quantity: 10, rate: 5n, condition: 'model: gpt-image-1' },
        { bucket: 'inputImage', quantity: 20, rate: 6n, condition: 'model: gpt-image-1' },
        { bucket: 'outputImage', quantity: 100, rate: 7n, condition: 'model: gpt-image-1' },
      ],
    ],
  ])('a picture that a hosted tool drew is paid once: %s', async (_, prices, lines) => {
    const gate = await gateway(drawn, prices);
    const asked = { model: 'm', input: 'Draw', tools: [{ type: 'image_generation', model: 'painter' }] };
    const response = await gate.post(asked, { path: '/v1/responses' });
    expect(response.status).toBe(200);
    await response.text();
    const byRate = (a: ChargeLine, b: ChargeLine): number => Number(b.rate - a.rate);
    expect(gate.records[0]?.charge?.lines.toSorted(byRate)).toEqual([...own, ...lines].toSorted(byRate));
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('an hour of the day is that of the request', async () => {
    const all = priced(when({ hours: [{ from: 0, to: 1440 }] }, 1n, 1n));
    const gate = await gateway(completion({}), { m: all });
    await gate.post(hello);
    expect(gate.records[0]?.charge?.lines[0]).toMatchObject({ rate: 1n, condition: 'hours: 00:00-24:00' });
  });
});

describe('a price by the tier that served', () => {
  /** A provider that serves at the tier asked for, and says so. */
  const asAsked: Behaviour = (response, received) => {
    const { service_tier: tier = 'default' } = received.json as { service_tier?: string };
    return completion({ service_tier: tier, usage: { prompt_tokens: 1000, completion_tokens: 100 } })(
      response,
      received,
    );
  };
  const dollar = 1_000_000_000n;
  const half = priced(
    when({ tier: ['flex'] }, dollar / 2n, dollar),
    when({ tier: ['priority'] }, dollar * 2n, dollar * 4n),
  );

  test.each([
    ['default', half, 1_200_000n],
    ['flex', half, 600_000n],
    ['priority', half, 2_400_000n],
    // Without a price of its own it is not asked for.
    ['priority', testPrice, 1_200_000n],
    ['flex', testPrice, 1_200_000n],
  ] as const)('%s', async (tier, price, amount) => {
    const gate = await gateway(asAsked, { m: price });
    const response = await gate.post({ ...hello, service_tier: tier });
    const left = tier === 'priority' && price === testPrice;
    expect(((await response.json()) as { service_tier: string }).service_tier).toBe(left ? 'default' : tier);
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe(left ? 'service_tier;dropped' : null);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(amount);
  });

  test('is not asked for by who is translated, either, nor by a fallback', async () => {
    const seen: unknown[] = [];
    const spy: Behaviour = (response, received) => {
      seen.push(received.json);
      return message({})(response, received);
    };
    const gate = await gateway(spy, { m: testPrice }, { provider: 'anthropic' });
    await gate.post({ ...claude, speed: 'fast', fallbacks: [{ model: 'm', speed: 'fast' }] }, toClaude);
    expect(seen[0]).toEqual({ ...claude, model: 'm-upstream', fallbacks: [{ model: 'm' }] });
    expect(gate.records[0]?.conversion?.losses.map(({ path }) => path)).toEqual(['speed', 'fallbacks.speed']);
    const other = await gateway(asAsked, { m: testPrice });
    const response = await other.post({ ...claude, service_tier: 'priority' }, toClaude);
    expect(response.headers.get('x-tollgate-conversion-loss')).toContain('service_tier;dropped');
  });
});

describe('an answer that was kept within a geography', () => {
  const dollar = 1_000_000_000n;
  const price = priced(
    when({ tier: ['fast'], geo: ['us'] }, 22n * dollar, 33n * dollar),
    when({ geo: ['us'] }, 11n * dollar, 22n * dollar),
    when({ tier: ['fast'] }, 20n * dollar, 30n * dollar),
  );
  const usage = { input_tokens: 10, output_tokens: 5, inference_geo: 'us' };
  const streamed: Behaviour = streamAnswer(
    [
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm-upstream',
          content: [],
          usage: { ...usage, output_tokens: 1 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ].map((event) => `event: ${event.type}\n${frame(event)}`),
  );
  const toOpenai = { path: '/v1/chat/completions' };

  test.each<[string, object, object, Behaviour, bigint]>([
    ['passed on, whole', { ...claude, inference_geo: 'us' }, toClaude, message(usage), 220_000n],
    ['passed on, streamed', { ...claude, inference_geo: 'us', stream: true }, toClaude, streamed, 220_000n],
    // Nobody asked: the account is set to it.
    ['translated, whole', hello, toOpenai, message(usage), 220_000n],
    ['translated, streamed', { ...hello, stream: true }, toOpenai, streamed, 220_000n],
    ['and fast', { ...claude, speed: 'fast' }, toClaude, message({ ...usage, speed: 'fast' }), 385_000n],
    ['anywhere', claude, toClaude, message({ inference_geo: 'global' }), 20_000n],
  ])('%s', async (_, body, to, behaviour, amount) => {
    const gate = await gateway(behaviour, { m: price }, { provider: 'anthropic' });
    const response = await gate.post(body, to);
    expect(response.status).toBe(200);
    await response.text();
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(amount);
    expect((await gate.verify()).unexplained).toBe(0);
  });

  test('is refused in the client’s own protocol where the model has no price for it', async () => {
    const seen: unknown[] = [];
    const spy: Behaviour = (response, received) => {
      seen.push(received.json);
      return message({})(response, received);
    };
    const gate = await gateway(spy, { m: testPrice }, { provider: 'anthropic' });
    const refused = await gate.post({ ...claude, inference_geo: 'us' }, toClaude);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('no price for "inference_geo": "us"') },
    });
    expect(seen).toEqual([]);
    expect((await gate.post({ ...claude, inference_geo: 'global' }, toClaude)).status).toBe(200);
    expect(seen).toEqual([{ ...claude, model: 'm-upstream', inference_geo: 'global' }]);
    expect((await gate.verify()).unexplained).toBe(0);
  });
});

describe('what is held covers what the request’s own words allow', () => {
  /** Dearer than what is in the wallet. */
  const rich = 500_000_000_000_000n;
  const dear = (...tiers: readonly string[]): Price => priced(when({ tier: tiers }, 0n, rich));
  const within = (...geo: readonly string[]): Price => priced(when({ geo }, 0n, rich));
  const toOpenai = { path: '/v1/chat/completions' };

  test.each<[string, object, object, Price, number, Partial<ChannelSpec>]>([
    ['nothing said: the account may be set to any', {}, toOpenai, dear('priority'), 402, {}],
    ['auto', { service_tier: 'auto' }, toOpenai, dear('priority'), 402, {}],
    ['the tier itself', { service_tier: 'priority' }, toOpenai, dear('priority'), 402, {}],
    ['the standard one', { service_tier: 'default' }, toOpenai, dear('priority'), 200, {}],
    ['a cheap one', { service_tier: 'flex' }, toOpenai, dear('priority'), 200, {}],
    [
      'nothing said to Anthropic: fast mode must be asked for',
      {},
      toClaude,
      dear('fast'),
      200,
      { provider: 'anthropic' },
    ],
    ['fast mode', { speed: 'fast' }, toClaude, dear('fast'), 402, { provider: 'anthropic' }],
    ['a geography', { inference_geo: 'us' }, toClaude, within('us'), 402, { provider: 'anthropic' }],
    ['no geography: the account may be set to one', {}, toClaude, within('us'), 402, { provider: 'anthropic' }],
    ['any geography', { inference_geo: 'global' }, toClaude, within('us'), 200, { provider: 'anthropic' }],
    ['an answer translated for who said nothing', {}, toClaude, dear('fast'), 402, {}],
    [
      'a channel that asks itself',
      { service_tier: 'default' },
      toOpenai,
      dear('priority'),
      402,
      { overrides: { body: { set: { service_tier: 'priority' }, remove: [] } } },
    ],
    ['a fallback', { fallbacks: [{ model: 'other' }] }, toClaude, testPrice, 402, { provider: 'anthropic' }],
  ])('%s', async (_, asked, to, price, status, channel) => {
    const other = { ...testPrice, rates: { outputText: rich } };
    const behaviour = channel.provider === undefined ? completion({}) : message({});
    const gate = await gateway(behaviour, { m: price, other }, channel);
    const response = await gate.post({ ...claude, max_tokens: 1000, ...asked }, to);
    expect(response.status).toBe(status);
  });
});
