import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import type { RequestRecord } from '../domain/record.ts';
import type { Price } from '../domain/price.ts';
import { testPrice } from '../relay/testing/gateway.ts';
import { priceOf, setStage } from './testing/stage.ts';
import { bySecond, quick } from './videos/testing/world.ts';

/**
 * What is charged when a client hangs up in the midst of an answer, one line a family of endpoints: with `drain` what the provider tells at
 * the end, with `cancel` what had come, and nothing of an answer that is told as a whole.
 */

const stage = setStage();

type Family = {
  readonly path: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly provider?: string;
  readonly price?: Price;
  /** What has come when the client leaves; nothing of an answer that is told as a whole. */
  readonly first?: string;
  /** What is told after that. */
  readonly rest: string;
  /** In nanos, by policy; `cancel` is undefined where nothing is charged. */
  readonly drain: bigint;
  readonly cancel: bigint | 'what came' | undefined;
};

const sse = (...events: readonly object[]): string =>
  events
    .map((event) => `event: ${'type' in event ? String(event.type) : 'x'}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');

const messages = [{ role: 'user', content: 'Hi' }];
const pictures = priceOf({ inputText: 5_000_000_000n, inputImage: 10_000_000_000n, outputImage: 40_000_000_000n });
const hearing = priceOf({ inputText: 2_500_000_000n, inputAudio: 6_000_000_000n, outputText: 10_000_000_000n });
const imageUsage = {
  input_tokens: 10,
  input_tokens_details: { text_tokens: 10 },
  output_tokens: 100,
  total_tokens: 110,
};
const drawn = 10n * 5000n + 100n * 40_000n;

const voice = (more: Readonly<Record<string, string>> = {}): FormData => {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(2000)], 'voice.mp3', { type: 'audio/mpeg' }));
  for (const [name, value] of Object.entries({ model: 'm', ...more })) form.set(name, value);
  return form;
};
const photo = (): FormData => {
  const form = new FormData();
  form.set('image', new File([new Uint8Array(2000)], 'photo.png', { type: 'image/png' }));
  form.set('model', 'm');
  return form;
};

const response = { id: 'resp_1', object: 'response', status: 'in_progress', model: 'm', output: [] };
const said = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' };
const interaction = { id: 'v1_a', object: 'interaction', status: 'in_progress', model: 'm' };
const cost = 10n * 1000n + 5n * 2000n;

const families: Readonly<Record<string, Family>> = {
  'Responses, streamed': {
    path: '/v1/responses',
    body: { model: 'm', input: 'Hi', stream: true },
    first: sse(
      { type: 'response.created', response },
      { type: 'response.output_item.added', output_index: 0, item: { ...said, content: [] } },
      { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Hello' },
    ),
    rest: sse({
      type: 'response.completed',
      response: { ...response, status: 'completed', output: [said], usage: { input_tokens: 10, output_tokens: 5 } },
    }),
    drain: cost,
    cancel: 'what came',
  },
  'Messages, streamed': {
    path: '/v1/messages',
    provider: 'anthropic',
    headers: { 'anthropic-version': '2023-06-01' },
    body: { model: 'm', max_tokens: 10, messages, stream: true },
    first: sse(
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          model: 'm',
          role: 'assistant',
          content: [],
          usage: { input_tokens: 10, output_tokens: 1 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
    ),
    rest: sse(
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ),
    drain: cost,
    cancel: 'what came',
  },
  'generateContent, streamed': {
    path: '/v1beta/models/m:streamGenerateContent?alt=sse',
    provider: 'gemini',
    body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    first: `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] } }] })}\n\n`,
    rest: `data: ${JSON.stringify({
      candidates: [{ content: { role: 'model', parts: [{ text: '.' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    })}\n\n`,
    drain: cost,
    cancel: 'what came',
  },
  'Interactions, streamed': {
    path: '/v1beta/interactions',
    provider: 'gemini',
    body: { model: 'm', input: 'Hi', stream: true },
    first: [
      { event_type: 'interaction.created', interaction },
      { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
      { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'Hello' } },
    ]
      .map((event) => `event: ${event.event_type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join(''),
    rest: `event: interaction.completed\ndata: ${JSON.stringify({
      event_type: 'interaction.completed',
      interaction: {
        ...interaction,
        status: 'completed',
        usage: { total_input_tokens: 10, total_output_tokens: 5, total_tokens: 15 },
      },
    })}\n\n`,
    drain: cost,
    cancel: 'what came',
  },
  embeddings: {
    path: '/v1/embeddings',
    body: { model: 'm', input: 'Hi' },
    rest: JSON.stringify({ data: [{ index: 0, embedding: [0.5] }], usage: { prompt_tokens: 10, total_tokens: 10 } }),
    drain: 10n * 1000n,
    cancel: undefined,
  },
  moderations: {
    path: '/v1/moderations',
    body: { model: 'm', input: 'Hi' },
    rest: JSON.stringify({ id: 'modr-1', model: 'm', results: [{ flagged: false }], usage: { prompt_tokens: 10 } }),
    drain: 10n * 1000n,
    cancel: undefined,
  },
  rerank: {
    path: '/v1/rerank',
    provider: 'jina',
    body: { model: 'm', query: 'Which?', documents: ['one', 'two'] },
    rest: JSON.stringify({ model: 'm', usage: { total_tokens: 10 }, results: [{ index: 0, relevance_score: 0.5 }] }),
    drain: 10n * 1000n,
    cancel: undefined,
  },
  decisions: {
    path: '/v1/decisions',
    body: { model: 'm', input: 'Hi', questions: [{ type: 'predicate', instructions: 'Is it rude?' }] },
    rest: JSON.stringify({
      answers: [{ type: 'predicate', name: null, probability: 0.9 }],
      model: 'm',
      usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    }),
    drain: cost,
    cancel: undefined,
  },
  pictures: {
    path: '/v1/images/generations',
    price: pictures,
    body: { model: 'm', prompt: 'A cat' },
    rest: JSON.stringify({ created: 1, data: [{ b64_json: 'AAAA' }], usage: imageUsage }),
    drain: drawn,
    cancel: undefined,
  },
  'pictures, streamed': {
    path: '/v1/images/generations',
    price: pictures,
    body: { model: 'm', prompt: 'A cat', stream: true, partial_images: 1, size: '1024x1024', quality: 'low' },
    first: sse({ type: 'image_generation.partial_image', b64_json: 'AAAA', partial_image_index: 0 }),
    rest: sse({ type: 'image_generation.completed', b64_json: 'AAAA', usage: imageUsage }),
    drain: drawn,
    cancel: 'what came',
  },
  'variations of a picture': {
    path: '/v1/images/variations',
    price: pictures,
    body: photo(),
    rest: JSON.stringify({ created: 1, data: [{ b64_json: 'AAAA' }], usage: imageUsage }),
    drain: drawn,
    cancel: undefined,
  },
  transcriptions: {
    path: '/v1/audio/transcriptions',
    price: hearing,
    body: voice(),
    rest: JSON.stringify({ text: 'Hi', usage: { type: 'tokens', input_tokens: 14, output_tokens: 2 } }),
    drain: 14n * 6000n + 2n * 10_000n,
    cancel: undefined,
  },
  'transcriptions, streamed': {
    path: '/v1/audio/transcriptions',
    price: hearing,
    body: voice({ stream: 'true' }),
    first: sse({ type: 'transcript.text.delta', delta: 'Hi' }),
    rest: sse({
      type: 'transcript.text.done',
      text: 'Hi',
      usage: { type: 'tokens', input_tokens: 14, output_tokens: 2, total_tokens: 16 },
    }),
    drain: 14n * 6000n + 2n * 10_000n,
    cancel: 'what came',
  },
};

/** Has a client of the family leave when `first` has come, or nothing yet; the record of its request. */
async function leave(family: Family, disconnectPolicy: 'drain' | 'cancel'): Promise<RequestRecord | undefined> {
  const left = Promise.withResolvers<undefined>();
  const up = await stage.upstream(async (answering) => {
    const type = family.first === undefined ? 'application/json' : 'text/event-stream';
    answering.writeHead(200, { 'content-type': type });
    if (family.first !== undefined) answering.write(family.first);
    await left.promise;
    answering.end(family.rest);
  });
  const { provider = 'openai', price = testPrice } = family;
  const baseUrl = provider === 'openai' || provider === 'jina' ? up.baseUrl : up.baseUrl.replace(/\/v1$/, '');
  const relay = { ...defaultSettings.relay, disconnectPolicy };
  const gate = await stage.gateway([{ id: 'a', provider, baseUrl }], {
    price,
    settings: { ...defaultSettings, relay },
  });
  const leaving = new AbortController();
  const isForm = family.body instanceof FormData;
  const asked = fetch(gate.url(family.path), {
    method: 'POST',
    headers: {
      authorization: 'Bearer sk-test',
      ...(!isForm && { 'content-type': 'application/json' }),
      ...family.headers,
    },
    body: family.body instanceof FormData ? family.body : JSON.stringify(family.body),
    signal: leaving.signal,
  });
  if (family.first === undefined) {
    while (up.received.length === 0) await Bun.sleep(5);
    leaving.abort();
    await asked.catch(() => undefined);
  } else {
    await (await asked).body?.getReader().read();
    leaving.abort();
  }
  // The gateway has noticed: it reads on, or has let go.
  while (gate.deps.load.drains === 0 && gate.records.length === 0) await Bun.sleep(5);
  left.resolve(undefined);
  await gate.recorded(1);
  expect((await gate.verify()).problems).toEqual([]);
  expect(gate.deps.load).toMatchObject({ drains: 0, openRequests: 0, bufferedBytes: 0 });
  return gate.records[0];
}

test.each(Object.entries(families))('%s: drained, and charged what the provider tells', async (_, family) => {
  const record = await leave(family, 'drain');
  expect(record).toMatchObject({ status: 499, endReason: 'client_disconnected', usageSource: 'provider' });
  expect(record?.charge?.amount as bigint | undefined).toBe(family.drain);
});

test.each(Object.entries(families))('%s: cancelled, and charged what had come', async (_, family) => {
  const record = await leave(family, 'cancel');
  expect(record).toMatchObject({ status: 499, endReason: 'client_disconnected' });
  const amount = record?.charge?.amount as bigint | undefined;
  if (family.cancel !== 'what came') return expect(amount).toBe(family.cancel);
  expect(record?.usageSource).toBe('estimated');
  expect(amount).toBeGreaterThan(0n);
});

test.each(['drain', 'cancel'] as const)(
  'a video whose client leaves while it is begun is made and paid all the same (%s), for nobody could find it else',
  async (disconnectPolicy) => {
    const left = Promise.withResolvers<undefined>();
    const video = { id: 'video_up', object: 'video', seconds: '4', size: '720x1280' };
    const up = await stage.upstream(async (answering, { method }) => {
      if (method === 'POST') await left.promise;
      const told = { ...video, status: method === 'POST' ? 'queued' : 'completed' };
      answering.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
    });
    const relay = { ...defaultSettings.relay, disconnectPolicy };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], {
      price: bySecond,
      settings: { ...defaultSettings, relay },
      videos: quick,
    });
    const before = await gate.balance();
    const leaving = new AbortController();
    const asked = gate.post(
      { model: 'm', prompt: 'A cat', seconds: '4' },
      { path: '/v1/videos', signal: leaving.signal },
    );
    while (up.received.length === 0) await Bun.sleep(5);
    leaving.abort();
    await asked.catch(() => undefined);
    while (gate.deps.load.drains === 0) await Bun.sleep(5);
    left.resolve(undefined);
    await gate.recorded(1);
    while ((await gate.balance()) === before) await Bun.sleep(5);
    expect(before - (await gate.balance())).toBe(400_000_000n);
    expect(await gate.verify()).toEqual({ unexplained: 0, problems: [] });
  },
);
