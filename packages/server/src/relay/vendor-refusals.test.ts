import { describe, expect, test } from 'bun:test';
import { setStage } from '../endpoints/testing/stage.ts';
import { answering, see, speakers, spoken, type Spoken } from '../endpoints/testing/conversations.ts';
import { allowanceMeter } from '../domain/meters.ts';
import type { Price } from '../domain/price.ts';
import { testPrice, type ChannelSpec, type TestGateway } from './testing/gateway.ts';
import { answer } from './testing/scripted-upstream.ts';

/** Refusals whose status says too little, as vendors word them, to clients of all protocols. */

const stage = setStage();

const google = (message: string, code: number, status: string, details: readonly object[] = []) => ({
  error: { code, message, status, details },
});
const openai = (message: string, type: string, code: string | null, param: string | null = null) => ({
  error: { message, type, code, param },
});
const anthropic = (type: string, message: string) => ({ type: 'error', error: { type, message } });

describe('a limit of a minute in the words of an empty account', () => {
  const message =
    'You exceeded your current quota, please check your plan and billing details. Please retry in 26.66s.';
  const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '26s' };
  const body = google(message, 429, 'RESOURCE_EXHAUSTED', [
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel' }],
    },
    retryInfo,
  ]);

  test.each(spoken)('is told as the limit that it is, with its time: %s', async (by) => {
    const up = await stage.upstream(answer(429, body));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, ...speakers.gemini.channel }]);
    const { path, body: asked } = speakers[by].ask(false);
    const reply = await gate.post(asked, { path });
    expect(reply.headers.get('retry-after')).toBe('26');
    const told = await reply.clone().text();
    if (by === 'gemini')
      expect(JSON.parse(told)).toMatchObject({
        error: {
          code: 429,
          message,
          status: 'RESOURCE_EXHAUSTED',
          details: expect.arrayContaining([retryInfo]) as unknown,
        },
      });
    expect(told).toContain('Please retry in 26.66s.');
    expect(await see(by, reply)).toMatchObject({ status: 429 });
    const later = await gate.post(asked, { path });
    expect(later.status).toBe(429);
    expect(Number(later.headers.get('retry-after'))).toBeWithin(24, 27);
    expect(up.received.length).toBe(1);
    expect(gate.disabled).toEqual([]);
  });

  test('is read the same where it is passed on by somebody who speaks OpenAI’s protocol', async () => {
    const up = await stage.upstream(answer(429, [body]));
    const gate = await stage.gateway([
      { id: 'a', baseUrl: up.baseUrl, provider: 'custom', settings: { textApi: 'chat' } },
    ]);
    const { path, body: asked } = speakers['openai-chat'].ask(false);
    const reply = await gate.post(asked, { path });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '26']);
    expect(gate.disabled).toEqual([]);
  });
});

test.each([
  [
    'openai-chat',
    openai('Rate limit reached for m. Please try again in 1m5s.', 'tokens', 'rate_limit_exceeded'),
    {},
    '65',
  ],
  [
    'openai-responses',
    openai('Slow.', 'requests', null),
    { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m5s' },
    '65',
  ],
  ['anthropic-messages', anthropic('rate_limit_error', 'Slow.'), { 'retry-after': '65' }, '65'],
  ['gemini', google('Slow. Please retry in 64.2s.', 429, 'RESOURCE_EXHAUSTED'), {}, '65'],
] as const)('the time that a limit states reaches the client, and holds: %s', async (by, body, headers, seconds) => {
  const up = await stage.upstream(answer(429, body, headers));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, ...speakers[by].channel }]);
  for (let i = 0; i < 2; i++) {
    const { path, body: asked } = speakers[by].ask(i === 1);
    const reply = await gate.post(asked, { path });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, seconds]);
  }
  expect(up.received.length).toBe(1);
});

test('a limit told within a stream holds as well', async () => {
  const failed = {
    type: 'response.failed',
    response: { error: { code: 'rate_limit_exceeded', message: 'Slow. Please try again in 50s.' } },
  };
  const up = await stage.upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`event: response.failed\ndata: ${JSON.stringify(failed)}\n\n`);
  });
  const { channel, ask } = speakers['openai-responses'];
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, ...channel }]);
  const { path, body } = ask(true);
  for (let i = 0; i < 2; i++) {
    const reply = await gate.post(body, { path });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '50']);
  }
  expect(up.received.length).toBe(1);
});

describe('a refusal of the account or the place', () => {
  const cases: readonly (readonly [Spoken, number, object])[] = [
    ['gemini', 400, google('User location is not supported for the API use.', 400, 'FAILED_PRECONDITION')],
    [
      'gemini',
      403,
      google('Generative Language API has not been used in project 1.', 403, 'PERMISSION_DENIED', [
        { reason: 'SERVICE_DISABLED' },
      ]),
    ],
    [
      'openai-chat',
      400,
      openai(
        'Your organization must be verified to stream this model. Please go to: x',
        'invalid_request_error',
        'unsupported_value',
        'stream',
      ),
    ],
    [
      'openai-responses',
      400,
      openai(
        'Your organization must be verified to generate reasoning summaries.',
        'invalid_request_error',
        'unsupported_value',
      ),
    ],
    [
      'openai-chat',
      403,
      openai(
        'Country, region, or territory not supported',
        'request_forbidden',
        'unsupported_country_region_territory',
      ),
    ],
    [
      'openai-chat',
      403,
      openai('Project `proj_x` does not have access to model `m`', 'invalid_request_error', 'model_not_found'),
    ],
    [
      'openai-chat',
      401,
      openai(
        'You have insufficient permissions for this operation. Missing scopes: model.request.',
        'invalid_request_error',
        null,
      ),
    ],
    ['anthropic-messages', 400, anthropic('invalid_request_error', 'This organization has been disabled.')],
    ['anthropic-messages', 403, anthropic('forbidden', 'Request not allowed')],
  ];
  test.each(cases)('%s %d is mended by another channel: %j', async (from, status, body) => {
    const bad = await stage.upstream(answer(status, body));
    const good = await stage.upstream(answering(from, { text: 'second', stop: undefined, input: 10, output: 5 }));
    const { channel } = speakers[from];
    for (const by of spoken) {
      const gate = await stage.gateway([
        { id: 'bad', baseUrl: bad.baseUrl, ...channel, priority: 1 },
        { id: 'good', baseUrl: good.baseUrl, ...channel },
      ]);
      const { path, body: asked } = speakers[by].ask(false);
      expect(await see(by, await gate.post(asked, { path }))).toMatchObject({ status: 200, text: 'second' });
      expect(gate.records[0]?.attempts).toMatchObject([{ status, cause: 'not_permitted' }, { cause: 'ok' }]);
    }
    // The client can do nothing about it, and learns nothing of the account.
    const alone = await stage.gateway([{ id: 'bad', baseUrl: bad.baseUrl, ...channel }]);
    const { path, body: asked } = speakers[from].ask(false);
    const told = await (await alone.post(asked, { path })).text();
    expect(told).toContain('An administrator must look at the channel.');
    expect(told).not.toContain('proj_x');
  });

  test('in the words of clouds', async () => {
    const denied = {
      message: 'Access to Anthropic models is not allowed from unsupported countries, regions, or territories.',
    };
    const bad = await stage.upstream(answer(400, denied, { 'x-amzn-errortype': 'ValidationException' }));
    const good = await stage.upstream(answering('openai-chat', { text: 'second', stop: 'stop', input: 10, output: 5 }));
    const gate = await stage.gateway([
      { id: 'bad', baseUrl: bad.baseUrl, provider: 'bedrock', settings: { region: 'us-east-1' }, priority: 1 },
      { id: 'good', baseUrl: good.baseUrl, ...speakers['openai-chat'].channel },
    ]);
    const { path, body } = speakers['openai-chat'].ask(false);
    expect((await gate.post(body, { path })).status).toBe(200);
    expect(gate.records[0]?.attempts).toMatchObject([{ cause: 'not_permitted' }, { cause: 'ok' }]);
  });
});

describe('a refusal of the client’s words under a status that means credentials', () => {
  test.each([
    [
      'openrouter',
      {
        error: {
          code: 403,
          message: 'm requires moderation. Your input was flagged for "violence".',
          metadata: { reasons: ['violence'] },
        },
      },
    ],
    [
      'xai',
      {
        code: 'The caller does not have permission',
        error: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_CSAM',
      },
    ],
  ] as const)('%s: reaches the client, ends the walk, and is nothing against the account', async (provider, body) => {
    const up = await stage.upstream(answer(403, body));
    const other = await stage.upstream(answer(500, {}));
    const channel = { provider, settings: { textApi: 'chat' } };
    for (const by of spoken) {
      const gate = await stage.gateway([
        { id: 'a', baseUrl: up.baseUrl, ...channel, priority: 1 },
        { id: 'b', baseUrl: other.baseUrl, ...channel },
      ]);
      const { path, body: asked } = speakers[by].ask(true);
      const reply = await gate.post(asked, { path });
      expect(reply.status).toBe(403);
      expect(await reply.text()).toMatch(/input was flagged|usage guidelines/);
      expect(gate.records).toMatchObject([{ attempts: [{ cause: 'content_filter' }] }]);
      expect(gate.disabled).toEqual([]);
    }
    expect(other.received).toEqual([]);
  });

  test('while a 403 without such words is still the account’s', async () => {
    const up = await stage.upstream(answer(403, openai('Forbidden.', 'x', null)));
    const gate = await stage.gateway([
      { id: 'a', baseUrl: up.baseUrl, provider: 'openrouter', settings: { textApi: 'chat' } },
    ]);
    const { path, body } = speakers['openai-chat'].ask(false);
    expect((await gate.post(body, { path })).status).toBe(502);
    expect(gate.records).toMatchObject([{ attempts: [{ cause: 'auth' }] }]);
  });
});

describe('a refusal for which the vendor takes a fee', () => {
  const refused = {
    code: 'The caller does not have permission',
    error: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO',
  };
  const cent = 10_000_000n;
  const feeing: Price = {
    ...testPrice,
    perCall: 7n * cent,
    rates: { ...testPrice.rates, refusals: 5n * cent * 1_000_000n },
  };
  const charges = ({ records }: TestGateway): readonly bigint[] => records.map(({ charge }) => charge?.amount ?? 0n);

  test.each(spoken)('is charged once, that alone, and told as the refusal that it is: %s', async (by) => {
    const up = await stage.upstream(answer(403, refused));
    const other = await stage.upstream(answer(500, {}));
    const channels: readonly ChannelSpec[] = [
      { id: 'a', baseUrl: up.baseUrl, provider: 'xai', settings: { textApi: 'responses' }, priority: 1 },
      { id: 'b', baseUrl: other.baseUrl },
    ];
    const gate = await stage.gateway(channels, { price: feeing });
    for (const stream of [false, true]) {
      const { path, body } = speakers[by].ask(stream);
      const reply = await gate.post(body, { path });
      expect(reply.status).toBe(403);
      expect(await reply.text()).toContain('usage guidelines');
    }
    await gate.recorded(2);
    expect(gate.records).toMatchObject([
      {
        status: 403,
        endReason: 'upstream_error',
        usage: { refusals: 1 },
        charge: { lines: [{ bucket: 'refusals', quantity: 1 }] },
        attempts: [{ cause: 'content_filter' }],
      },
      { usage: { refusals: 1 } },
    ]);
    expect(charges(gate)).toEqual([5n * cent, 5n * cent]);
    expect([up.received.length, other.received.length]).toEqual([2, 0]);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('is set aside for, so that no wallet ends below nothing', async () => {
    const up = await stage.upstream(answer(403, refused));
    // The first of them takes no fee, at the same price.
    const channels: readonly ChannelSpec[] = [
      { id: 'a', baseUrl: up.baseUrl, provider: 'xai', settings: { textApi: 'chat' }, priority: 1 },
      { id: 'b', baseUrl: up.baseUrl, provider: 'xai', settings: { textApi: 'responses' } },
    ];
    const gate = await stage.gateway(channels, { price: { ...feeing, perCall: undefined } });
    const { path, body } = speakers['openai-responses'].ask(false);
    await gate.leave(5n * cent - 1n);
    expect((await gate.post(body, { path })).status).toBe(402);
    expect([up.received.length, await gate.balance()]).toEqual([0, 5n * cent - 1n]);
  });

  test('takes the last of a wallet, and no more', async () => {
    const up = await stage.upstream(answer(403, refused));
    const channel = { id: 'a', baseUrl: up.baseUrl, provider: 'xai', settings: { textApi: 'responses' } };
    const gate = await stage.gateway([channel], { price: { ...feeing, perCall: undefined } });
    const { path, body } = speakers['openai-responses'].ask(false);
    await gate.leave(5n * cent);
    expect((await gate.post(body, { path })).status).toBe(403);
    await gate.recorded(1);
    expect([charges(gate), await gate.balance()]).toEqual([[5n * cent], 0n]);
    expect((await gate.verify()).problems).toEqual([]);
  });

  describe.each(['requests', 'tokens'] as const)('and a plan that counts %s', (unit) => {
    const covered = async (channels: readonly ChannelSpec[]) => {
      const gate = await stage.gateway(channels, { price: { ...feeing, perCall: undefined } });
      const meter = allowanceMeter('alw_1');
      const counts = { limit_nanos: 1_000_000n, spent_nanos: 0n, leased_nanos: 0n };
      await gate.database.db
        .insertInto('meters')
        .values({ id: meter, kind: unit, ...counts })
        .execute();
      const scope = { models: undefined, groups: undefined, channels: undefined };
      const term = { startsAt: 0, endsAt: Number.MAX_SAFE_INTEGER };
      const plan = { meter, unit, ...term, overflow: false, scope } as const;
      gate.changeKey({ payers: { allowances: [plan], budgets: [] } });
      const used = async () => {
        await gate.balance();
        const spent = gate.database.db.selectFrom('meters').select('spent_nanos').where('id', '=', meter);
        return BigInt((await spent.executeTakeFirstOrThrow()).spent_nanos);
      };
      const { path, body } = speakers['openai-responses'].ask(false);
      return { gate, used, ask: async () => (await gate.post(body, { path })).status };
    };

    test('is paid in money, and uses nothing of the plan up', async () => {
      const up = await stage.upstream(answer(403, refused));
      const channel = { id: 'a', baseUrl: up.baseUrl, provider: 'xai', settings: { textApi: 'responses' } };
      const { gate, used, ask } = await covered([channel]);
      await gate.leave(11n * cent);
      // The third finds no money for the fee, and goes to nobody.
      expect([await ask(), await ask(), await ask()]).toEqual([403, 403, 402]);
      await gate.recorded(3);
      expect([charges(gate), await gate.balance()]).toEqual([[5n * cent, 5n * cent, 0n], cent]);
      expect([up.received.length, await used()]).toEqual([2, 0n]);
      expect((await gate.verify()).problems).toEqual([]);
    });

    test('is avoided by who has no money for it, where a channel takes none', async () => {
      const up = await stage.upstream(answer(403, refused));
      const other = await stage.upstream(
        answering('openai-chat', { text: 'fine', stop: 'stop', input: 10, output: 5 }),
      );
      const { gate, used, ask } = await covered([
        { id: 'a', baseUrl: up.baseUrl, provider: 'xai', settings: { textApi: 'responses' }, priority: 1 },
        { id: 'b', baseUrl: other.baseUrl, ...speakers['openai-chat'].channel },
      ]);
      await gate.leave(5n * cent - 1n);
      expect(await ask()).toBe(200);
      await gate.recorded(1);
      expect([up.received.length, other.received.length]).toEqual([0, 1]);
      expect([charges(gate), await gate.balance()]).toEqual([[0n], 5n * cent - 1n]);
      expect((await used()) > 0n).toBe(true);
      expect((await gate.verify()).problems).toEqual([]);
    });
  });

  test.each([
    ['the price names none', testPrice, 'responses', refused],
    ['the API takes none', feeing, 'chat', refused],
    ['it is another refusal', feeing, 'responses', { error: 'Malformed.' }],
  ] as const)('is not charged where %s', async (_, price, textApi, told) => {
    const up = await stage.upstream(answer(told === refused ? 403 : 400, told));
    const channel = { id: 'a', baseUrl: up.baseUrl, provider: 'xai', settings: { textApi } };
    const gate = await stage.gateway([channel], { price });
    const { path, body } = speakers['openai-responses'].ask(false);
    expect((await gate.post(body, { path })).status).toBeWithin(400, 404);
    expect(charges(gate)).toEqual([0n]);
    expect((await gate.verify()).problems).toEqual([]);
  });
});
