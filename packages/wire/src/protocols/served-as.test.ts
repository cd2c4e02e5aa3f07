import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { assemble } from '../ir/assemble.ts';
import { asksForTier } from '../ir/asked-tier.ts';
import { consumed, readAskedTier, readTier, tiersFor, withAnsweredModel, type ServedAs } from '../ir/served-as.ts';
import { watchEvents } from '../ir/watch.ts';
import { inputTokens, outputTokens, type Usage } from '../ir/usage.ts';
import type { Json, JsonObject, TextProtocolId, ResponseFacts, StreamProbe } from '../protocol.ts';
import { encodeText } from '../text.ts';
import { readMessagesServedAs } from './anthropic-messages/served-as.ts';
import { readMessagesUsage } from './anthropic-messages/usage.ts';
import { anthropicMessages } from './anthropic-messages/protocol.ts';
import { gemini } from './gemini/protocol.ts';
import { geminiInteractions } from './gemini-interactions/protocol.ts';
import { openaiChat } from './openai-chat/protocol.ts';
import { openaiResponses } from './openai-responses/protocol.ts';
import { egressOf, eventsOf } from './testing/codecs.ts';

type Passthrough = {
  readResponse(json: unknown): ResponseFacts;
  probe(options: { readonly hideUsage: boolean; readonly maxFrameBytes?: number }): StreamProbe;
};
const passthroughs: ReadonlyMap<TextProtocolId, Passthrough> = new Map<TextProtocolId, Passthrough>([
  ['openai-chat', openaiChat],
  ['openai-responses', openaiResponses],
  ['anthropic-messages', anthropicMessages],
  ['gemini', gemini],
  ['gemini-interactions', geminiInteractions],
]);

const sse = (...events: readonly JsonObject[]): string =>
  events
    .map((event) => {
      const name = typeof event['type'] === 'string' ? `event: ${event['type']}\n` : '';
      return `${name}data: ${JSON.stringify(event)}\n\n`;
    })
    .join('');

const chunk = (tier: Json | undefined, rest: JsonObject = {}): JsonObject => ({
  id: 'c1',
  model: 'm',
  choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }],
  ...(tier === undefined ? {} : { service_tier: tier }),
  ...rest,
});
const lastChunk = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };

const response = (fields: JsonObject): JsonObject => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'm',
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a', annotations: [] }] }],
  usage: { input_tokens: 10, output_tokens: 2 },
  ...fields,
});

const message = (usage: JsonObject): JsonObject => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'a' }],
  stop_reason: 'end_turn',
  usage,
});
const messageStream = (first: JsonObject, last: JsonObject): string =>
  sse(
    { type: 'message_start', message: { ...message(first), content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: last },
    { type: 'message_stop' },
  );

const geminiAnswer = (usageMetadata: JsonObject): JsonObject => ({
  candidates: [{ content: { role: 'model', parts: [{ text: 'a' }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, totalTokenCount: 4, ...usageMetadata },
});

const converse = (fields: JsonObject): JsonObject => ({
  output: { message: { role: 'assistant', content: [{ text: 'a' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1 },
  ...fields,
});
const converseStream = (metadata: JsonObject): string =>
  [
    ['messageStart', { role: 'assistant' }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'a' } }],
    ['messageStop', { stopReason: 'end_turn' }],
    ['metadata', { usage: { inputTokens: 1, outputTokens: 1 }, ...metadata }],
  ]
    .map(([event, data]) => `event: ${event as string}\ndata: ${JSON.stringify(data)}\n\n`)
    .join('');

const iteration = (type: string, input: number, output: number, model?: string): JsonObject => ({
  type,
  input_tokens: input,
  output_tokens: output,
  ...(model === undefined ? {} : { model }),
});

const image = (size: string | undefined, quality: string | undefined): JsonObject => ({
  type: 'image_generation_call',
  result: 'aGk=',
  ...(size === undefined ? {} : { size }),
  ...(quality === undefined ? {} : { quality }),
});

type Case = readonly [
  name: string,
  protocol: TextProtocolId,
  whole: JsonObject,
  stream: string | undefined,
  servedAs: ServedAs | undefined,
];

const chatCase = (tier: Json | undefined, servedAs: ServedAs | undefined): Case => [
  `service_tier ${JSON.stringify(tier)}`,
  'openai-chat',
  { ...chunk(tier), choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }] },
  sse(chunk(tier), chunk(tier), { ...chunk(tier), ...lastChunk }) + 'data: [DONE]\n\n',
  servedAs,
];
const responsesCase = (name: string, fields: JsonObject, servedAs: ServedAs | undefined): Case => [
  name,
  'openai-responses',
  response(fields),
  sse(
    { type: 'response.created', response: { ...response(fields), status: 'in_progress', output: [] } },
    { type: 'response.completed', response: response(fields) },
  ),
  servedAs,
];
const messagesCase = (name: string, usage: JsonObject, servedAs: ServedAs | undefined): Case => [
  name,
  'anthropic-messages',
  message({ input_tokens: 5, output_tokens: 7, ...usage }),
  messageStream({ input_tokens: 5, output_tokens: 1 }, { output_tokens: 7, ...usage }),
  servedAs,
];
const geminiCase = (usage: JsonObject, servedAs: ServedAs | undefined): Case => [
  JSON.stringify(usage),
  'gemini',
  geminiAnswer(usage),
  sse(geminiAnswer(usage)),
  servedAs,
];
const interactionsCase = (fields: JsonObject, servedAs: ServedAs | undefined): Case => {
  const steps = [{ type: 'model_output', content: [{ type: 'text', text: 'a' }] }];
  const told = { status: 'completed', model: 'm', usage: { total_input_tokens: 5, total_output_tokens: 7 }, ...fields };
  return [
    JSON.stringify(fields),
    'gemini-interactions',
    { id: 'v1_a', ...told, steps },
    sse(
      { event_type: 'interaction.created', interaction: { id: 'v1_a', status: 'in_progress', model: 'm' } },
      { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
      { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'a' } },
      { event_type: 'step.stop', index: 0 },
      { event_type: 'interaction.completed', interaction: { id: 'v1_a', ...told } },
    ),
    servedAs,
  ];
};
const converseCase = (fields: JsonObject, servedAs: ServedAs | undefined): Case => [
  JSON.stringify(fields),
  'bedrock-converse',
  converse(fields),
  converseStream(fields),
  servedAs,
];

const cases: readonly Case[] = [
  chatCase(undefined, undefined),
  chatCase('default', undefined),
  chatCase('auto', undefined),
  chatCase(null, undefined),
  chatCase(7, undefined),
  chatCase('flex', { tier: 'flex' }),
  chatCase('priority', { tier: 'priority' }),
  // Groq's word for what it sells without a contract.
  chatCase('on_demand', undefined),
  responsesCase('service_tier default', { service_tier: 'default' }, undefined),
  responsesCase('service_tier ultrafast', { service_tier: 'ultrafast' }, { tier: 'ultrafast' }),
  responsesCase(
    'images by size and quality',
    {
      service_tier: 'flex',
      output: [image('1024x1024', 'high'), image('1024x1024', 'high'), image('1536x1024', 'low')],
    },
    {
      tier: 'flex',
      parts: [
        { usage: { inputText: 10, outputText: 2 } },
        { size: '1024x1024', quality: 'high', usage: { images: 2 } },
        { size: '1536x1024', quality: 'low', usage: { images: 1 } },
      ],
    },
  ),
  responsesCase(
    'tokens of the model that drew',
    {
      tools: [{ type: 'image_generation', model: 'gpt-image-2' }],
      tool_usage: {
        image_gen: {
          input_tokens: 60,
          input_tokens_details: { text_tokens: 20, image_tokens: 40 },
          cached_tokens: 5,
          output_tokens: 270,
          total_tokens: 330,
        },
        web_search: { num_requests: 0 },
      },
      output: [image('1024x1024', 'high')],
    },
    {
      parts: [
        { usage: { inputText: 10, outputText: 2 } },
        { size: '1024x1024', quality: 'high', usage: { images: 1 } },
        {
          model: 'gpt-image-2',
          usage: { cacheRead: 5, inputImage: 40, inputText: 15, outputImage: 270 },
          insteadOf: 'images',
          orPricedAs: ['gpt-image-1'],
        },
      ],
    },
  ),
  responsesCase(
    'tokens of a model that drew and is named by its date',
    {
      tools: [{ type: 'image_generation', model: 'gpt-image-1.5-2025-12-16' }],
      tool_usage: { image_gen: { input_tokens: 6, output_tokens: 7 } },
      output: [image(undefined, undefined)],
    },
    {
      parts: [
        { usage: { inputText: 10, outputText: 2, images: 1 } },
        {
          model: 'gpt-image-1.5-2025-12-16',
          usage: { inputText: 6, outputImage: 7 },
          insteadOf: 'images',
          orPricedAs: ['gpt-image-1.5', 'gpt-image-1'],
        },
      ],
    },
  ),
  responsesCase(
    'tokens of a model that drew and is not named',
    { tool_usage: { image_gen: { input_tokens: 6, output_tokens: 7 } }, output: [image(undefined, undefined)] },
    {
      parts: [
        { usage: { inputText: 10, outputText: 2, images: 1 } },
        { model: 'gpt-image-1', usage: { inputText: 6, outputImage: 7 }, insteadOf: 'images' },
      ],
    },
  ),
  responsesCase(
    'no tokens of drawing',
    { tool_usage: { image_gen: { input_tokens: 0, output_tokens: 0 }, web_search: { num_requests: 0 } } },
    undefined,
  ),
  responsesCase('images of which nothing is told', { output: [image(undefined, undefined)] }, undefined),
  interactionsCase({}, undefined),
  interactionsCase({ service_tier: 'standard' }, undefined),
  interactionsCase({ service_tier: 'priority' }, { tier: 'priority' }),
  interactionsCase({ service_tier: 'deferred' }, { tier: 'deferred' }),
  messagesCase('service_tier standard', { service_tier: 'standard', speed: 'standard' }, undefined),
  messagesCase('service_tier priority', { service_tier: 'priority' }, { tier: 'priority' }),
  messagesCase('service_tier batch', { service_tier: 'batch' }, { tier: 'batch' }),
  messagesCase('fast mode', { service_tier: 'standard', speed: 'fast' }, { tier: 'fast' }),
  messagesCase('any geography', { inference_geo: 'global' }, undefined),
  messagesCase('a model without geographies', { inference_geo: 'not_available' }, undefined),
  messagesCase('a geography', { inference_geo: 'us' }, { geo: 'us' }),
  messagesCase('fast mode within a geography', { inference_geo: 'US', speed: 'fast' }, { tier: 'fast', geo: 'us' }),
  messagesCase('one turn', { iterations: [iteration('message', 5, 7)] }, undefined),
  messagesCase(
    'turns of a server tool',
    { iterations: [iteration('message', 2, 3), iteration('message', 3, 4)] },
    {
      parts: [{ usage: { inputText: 2, outputText: 3 } }, { usage: { inputText: 3, outputText: 4 } }],
    },
  ),
  messagesCase(
    'a compaction',
    { iterations: [iteration('compaction', 180, 3), iteration('message', 5, 7)] },
    {
      parts: [{ usage: { inputText: 180, outputText: 3 } }, { usage: { inputText: 5, outputText: 7 } }],
    },
  ),
  messagesCase(
    'an advisor',
    { iterations: [iteration('message', 5, 7), iteration('advisor_message', 50, 9, 'opus')] },
    {
      parts: [{ usage: { inputText: 5, outputText: 7 } }, { model: 'opus', usage: { inputText: 50, outputText: 9 } }],
    },
  ),
  messagesCase(
    'a fallback after the model had begun to answer',
    { iterations: [iteration('message', 4, 2, 'fable'), iteration('fallback_message', 5, 7, 'opus')] },
    { parts: [{ usage: { inputText: 4, outputText: 2 } }, { model: 'opus', usage: { inputText: 5, outputText: 7 } }] },
  ),
  messagesCase(
    'a fallback after models that said nothing',
    {
      iterations: [
        iteration('message', 4, 0, 'fable'),
        iteration('fallback_message', 4, 0, 'sonnet'),
        iteration('fallback_message', 5, 7, 'opus'),
      ],
    },
    { parts: [{ model: 'opus', usage: { inputText: 5, outputText: 7 } }] },
  ),
  messagesCase(
    'searches beside turns',
    {
      server_tool_use: { web_search_requests: 2 },
      iterations: [iteration('message', 2, 3), iteration('message', 3, 4)],
    },
    {
      parts: [
        { usage: { inputText: 2, outputText: 3 } },
        { usage: { inputText: 3, outputText: 4 } },
        { usage: { searches: 2 } },
      ],
    },
  ),
  geminiCase({}, undefined),
  geminiCase({ serviceTier: 'standard' }, undefined),
  geminiCase({ serviceTier: 'FLEX' }, { tier: 'flex' }),
  geminiCase({ serviceTier: 'SERVICE_TIER_STANDARD' }, undefined),
  geminiCase({ serviceTier: 'SERVICE_TIER_PRIORITY' }, { tier: 'priority' }),
  geminiCase({ trafficType: 'ON_DEMAND' }, undefined),
  geminiCase({ trafficType: 'ON_DEMAND_PRIORITY' }, { tier: 'priority' }),
  geminiCase({ trafficType: 'PROVISIONED_THROUGHPUT' }, { tier: 'provisioned_throughput' }),
  converseCase({}, undefined),
  converseCase({ serviceTier: { type: 'default' } }, undefined),
  converseCase({ serviceTier: { type: 'priority' } }, { tier: 'priority' }),
  converseCase({ performanceConfig: { latency: 'optimized' } }, { tier: 'optimized' }),
];

describe.each(cases)('%s of %s', (_, protocol, whole, stream, expected) => {
  const egress = egressOf(protocol);
  const passthrough = passthroughs.get(protocol);
  // Beside it stands the model, where the answer names one.
  const { model, modelVersion } = whole;
  const told = withAnsweredModel(expected, model ?? modelVersion);

  test('is read of a whole answer, translated and passed on', () => {
    const read = egress.readResponse(whole, { requestId: 'r' });
    if ('failure' in read) throw new Error(read.failure.message);
    expect(read.servedAs).toEqual(expected);
    if (passthrough) expect(passthrough.readResponse(whole).servedAs).toEqual(told);
  });

  test('is read of a streamed one, translated and passed on, wherever it is cut', () => {
    if (stream === undefined) return;
    const events = eventsOf(egress, stream);
    const watch = watchEvents();
    for (const event of events) watch.see(event);
    expect(watch.servedAs).toEqual(told);
    expect(withAnsweredModel(assemble(events).servedAs, model ?? modelVersion)).toEqual(told);
    if (!passthrough) return;
    const bytes = encodeText(stream);
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.boolean(), (cut, hideUsage) => {
        const probe = passthrough.probe({ hideUsage });
        probe.push(bytes.subarray(0, cut));
        probe.push(bytes.subarray(cut));
        probe.end();
        expect(probe.servedAs).toEqual(told);
      }),
      { numRuns: 30 },
    );
  });
});

test('the last word of a chat stream counts', () => {
  const stream = sse(chunk('priority'), chunk('priority'), { ...chunk('default'), ...lastChunk });
  const probe = openaiChat.probe({ hideUsage: true });
  probe.push(encodeText(stream));
  expect(probe.servedAs).toEqual({ model: 'm' });
  expect(assemble(eventsOf(egressOf('openai-chat'), stream)).servedAs?.tier).toBeUndefined();
  const long = openaiChat.probe({ hideUsage: true });
  long.push(encodeText(sse(chunk('x'.repeat(10_000)))));
  expect(long.servedAs).toEqual({ model: 'm' });
});

test('a model is what an answer names first, and no name of any length', () => {
  const streamed = (name: Json) => {
    const probe = openaiChat.probe({ hideUsage: false });
    probe.push(encodeText(sse({ ...chunk(undefined), model: name }, { ...chunk(undefined), model: 'another' })));
    return probe.servedAs?.model;
  };
  expect(streamed('a/b-1')).toBe('a/b-1');
  // Azure opens with a chunk about its filters, whose name is empty.
  expect([streamed(''), streamed(null), streamed({ name: 'x' })]).toEqual(['another', 'another', 'another']);
  expect(streamed('x'.repeat(5000))).toBeUndefined();
  const routed = egressOf('bedrock-converse').readResponse(
    {
      output: { message: { role: 'assistant', content: [{ text: 'a' }] } },
      stopReason: 'end_turn',
      trace: { promptRouter: { invokedModelId: 'arn:aws:bedrock:x' } },
    },
    { requestId: 'r' },
  );
  expect('failure' in routed ? undefined : routed.servedAs).toEqual({ model: 'arn:aws:bedrock:x' });
});

describe('iterations', () => {
  const entry = fc.record({
    type: fc.constantFrom('message', 'fallback_message', 'advisor_message', 'compaction', 'new'),
    model: fc.constantFrom('a', 'b', null),
    input_tokens: fc.nat(1000),
    cache_read_input_tokens: fc.nat(1000),
    output_tokens: fc.nat(3),
  });
  const raws = fc.record({
    input_tokens: fc.nat(3000),
    output_tokens: fc.nat(9),
    iterations: fc.array(fc.oneof(entry, fc.jsonValue()), { maxLength: 5 }),
  });

  test('law: the parts leave out nothing that the usage tells', () => {
    fc.assert(
      fc.property(raws, (raw) => {
        const told = readMessagesUsage(raw) ?? {};
        const servedAs = readMessagesServedAs(raw);
        const paid: Usage = consumed(told, servedAs);
        expect(inputTokens(paid)).toBeGreaterThanOrEqual(inputTokens(told));
        expect(outputTokens(paid)).toBeGreaterThanOrEqual(outputTokens(told));
        for (const { usage } of servedAs?.parts ?? [])
          for (const count of Object.values(usage)) expect(count).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('tiers', () => {
  test('are read in whatever case, and only words', () => {
    expect(readTier('SERVICE_TIER_FLEX')).toBe('flex');
    expect([null, 3, {}, '', 'x'.repeat(61)].map(readTier)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('that were asked for bound those that may serve', () => {
    expect([undefined, 'auto', 'default', 'STANDARD', 'standard_only', 'flex', 'fast'].map(readAskedTier)).toEqual([
      undefined,
      undefined,
      'standard',
      'standard',
      'standard',
      'flex',
      'fast',
    ]);
    expect([undefined, 'standard', 'flex', 'priority'].map(tiersFor)).toEqual([
      undefined,
      ['standard'],
      ['flex', 'standard'],
      undefined,
    ]);
    const ofAnthropic = egressOf('anthropic-messages').tiersFor;
    expect([undefined, 'standard', 'fast', 'flex'].map((asked) => ofAnthropic?.(asked))).toEqual([
      ['priority', 'standard'],
      ['standard'],
      ['fast', 'priority', 'standard'],
      ['priority', 'standard'],
    ]);
    expect(['service_tier', 'performanceConfig.latency', 'speed', 'user'].map(asksForTier)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test('and other models are seen in requests', () => {
    const limits = { maxOutputTokens: 1000, maxChoices: 8 };
    const messages = [{ role: 'user', content: 'hi' }];
    const see = (inspect: (typeof gemini)['inspect'], json: JsonObject): object => {
      const { tier, otherModels } = inspect('chat', json, limits, { model: 'm' }) as never;
      return { tier, otherModels };
    };
    const none = { tier: undefined, otherModels: undefined };
    expect(see(openaiChat.inspect, { model: 'm', messages })).toEqual(none);
    expect(see(openaiChat.inspect, { model: 'm', messages, service_tier: 'auto' })).toEqual(none);
    expect(see(openaiChat.inspect, { model: 'm', messages, service_tier: 'flex' })).toEqual({ ...none, tier: 'flex' });
    expect(see(openaiResponses.inspect, { model: 'm', input: 'hi', service_tier: 'default' })).toEqual({
      ...none,
      tier: 'standard',
    });
    expect(see(gemini.inspect, { contents: [{ parts: [] }], service_tier: 'priority' })).toEqual({
      ...none,
      tier: 'priority',
    });
    expect(see(gemini.inspect, { contents: [{ parts: [] }], serviceTier: 'SERVICE_TIER_STANDARD' })).toEqual({
      ...none,
      tier: 'standard',
    });
    const claude = { model: 'm', max_tokens: 1, messages };
    expect(see(anthropicMessages.inspect, { ...claude, service_tier: 'standard_only' })).toEqual({
      ...none,
      tier: 'standard',
    });
    expect(
      see(anthropicMessages.inspect, {
        ...claude,
        fallbacks: [{ model: 'opus', speed: 'fast' }, { model: 'sonnet' }],
        tools: [
          { type: 'advisor_20260301', name: 'advisor', model: 'opus-8' },
          { name: 'now', input_schema: {} },
        ],
      }),
    ).toEqual({ tier: 'fast', otherModels: ['opus', 'sonnet', 'opus-8'] });
    expect(see(anthropicMessages.inspect, { ...claude, speed: 'fast', fallbacks: 'default', tools: [7] })).toEqual({
      ...none,
      tier: 'fast',
    });
  });
});
