import { describe, expect, test } from 'bun:test';
import type { Price } from '../../domain/price.ts';
import type { TestGateway } from '../../relay/testing/gateway.ts';
import { answer, frame, streamAnswer, type Behaviour } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';

// Usage that cannot be, beyond conversations: marked, counted, told, and charged as an estimate that can be.

const stage = setStage();
const price = priceOf({
  inputText: 1_000_000_000n,
  inputAudio: 1_000_000_000n,
  outputText: 1_000_000_000n,
  outputAudio: 1_000_000_000n,
  outputImage: 1_000_000_000n,
});
const bySecond = priceOf({ seconds: 100_000_000_000n });
/** Far more than any of these requests can cost, and far less than what is told. */
const most = 500_000_000n;

const vectors = { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.5] }], model: 'm' };
const embedding = { model: 'm', input: 'x' };
const gemini = '/v1beta/models/m:batchEmbedContents';
const contents = { requests: [{ model: 'models/m', content: { parts: [{ text: 'x' }] } }] };
const cohere = { model: 'm', texts: ['x'], input_type: 'search_document', embedding_types: ['float'] };
const found = [{ index: 0, relevance_score: 0.5 }];
const ranking = { model: 'm', query: 'q', documents: ['one'] };
const painting = { model: 'm', prompt: 'A cat' };
const picture = { created: 1, data: [{ b64_json: 'AAAA' }] };
const speaking = { model: 'm', input: 'Hello', voice: 'alloy', stream_format: 'sse' };
const sound = Buffer.from('sound').toString('base64');

const embedded = (usage: object) => answer(200, { ...vectors, usage });
const googled = (promptTokenCount: number) =>
  answer(200, { embeddings: [{ values: [0.5] }], usageMetadata: { promptTokenCount } });
const cohered = (input_tokens: number) =>
  answer(200, { id: 'e', embeddings: { float: [[0.5]] }, meta: { billed_units: { input_tokens } } });
const ranked = (usage: object) => answer(200, { results: found, ...usage });
const spoken = (usage: object) =>
  streamAnswer([frame({ type: 'speech.audio.delta', audio: sound }), frame({ type: 'speech.audio.done', usage })]);
const painted = (usage: object) => streamAnswer([frame({ type: 'image_generation.completed', b64_json: 'AA', usage })]);
const tokens = (input_tokens: number, output_tokens: number) => ({ input_tokens, output_tokens });

async function expectDoubt(gate: TestGateway, warnings: readonly string[]): Promise<void> {
  await gate.recorded(1);
  expect(gate.records).toMatchObject([{ usageSource: 'implausible' }]);
  const amount = gate.records[0]?.charge?.amount as bigint;
  expect([amount > 0n, amount < most]).toEqual([true, true]);
  expect(gate.deps.metrics.oddAnswers).toEqual(new Map([['usage', 1]]));
  expect(warnings).toEqual(['an upstream reported usage that cannot be']);
  expect((await gate.verify()).problems).toEqual([]);
}

const gatewayTo = async (provider: string, baseUrl: string, priced: Price, warnings: string[], more = {}) =>
  await stage.gateway([{ id: 'a', provider, baseUrl }], {
    price: priced,
    logged: (_, words) => warnings.push(words),
    ...more,
  });

const cases: readonly (readonly [provider: string, path: string, body: object, behaviour: Behaviour])[] = [
  ['openai', '/v1/embeddings', embedding, embedded({ prompt_tokens: -7, total_tokens: 0 })],
  ['openai', '/v1/embeddings', embedding, embedded({ prompt_tokens: 1e12, total_tokens: 1e12 })],
  ['openai', gemini, contents, embedded({ prompt_tokens: 1e12, total_tokens: 1e12 })],
  ['gemini', gemini, contents, googled(-4)],
  ['gemini', '/v1/embeddings', embedding, googled(1e12)],
  ['cohere', '/v2/embed', cohere, cohered(-4)],
  ['cohere', '/v1/embeddings', embedding, cohered(1e12)],
  ['jina', '/v1/rerank', ranking, ranked({ usage: { prompt_tokens: 1e12, total_tokens: 1e12 } })],
  ['jina', '/v2/rerank', ranking, ranked({ usage: { prompt_tokens: -1, total_tokens: -1 } })],
  ['cohere', '/v1/rerank', ranking, ranked({ meta: { billed_units: { search_units: -1 } } })],
  ['openai', '/v1/images/generations', painting, answer(200, { ...picture, usage: tokens(5, 1e12) })],
  ['openai', '/v1/images/generations', painting, answer(200, { ...picture, usage: tokens(5, -1) })],
  ['openai', '/v1/images/generations', { ...painting, stream: true }, painted(tokens(5, 1e12))],
  ['openai', '/v1/audio/speech', speaking, spoken(tokens(-5, 40))],
  ['openai', '/v1/audio/speech', speaking, spoken(tokens(5, 1e12))],
];

describe('usage that cannot be', () => {
  test.each(cases)('%s at %s', async (provider, path, body, behaviour) => {
    const up = await stage.upstream(behaviour);
    const warnings: string[] = [];
    const gate = await gatewayTo(provider, up.baseUrl, price, warnings);
    const served = await gate.post(body, { path });
    expect([served.status, (await served.text()) === '']).toEqual([200, false]);
    await expectDoubt(gate, warnings);
  });

  test.each([
    [bySecond, { text: 'Hi.', duration: -3 }],
    [bySecond, { text: 'Hi.', duration: 1e12 }],
    [bySecond, { text: 'Hi.', usage: { type: 'duration', seconds: -3 } }],
    [price, { text: 'Hi.', usage: { type: 'tokens', ...tokens(1e12, 5) } }],
  ])('of a transcript (%#)', async (priced, told) => {
    const up = stage.formUpstream(() => Response.json(told));
    const warnings: string[] = [];
    const gate = await gatewayTo('openai', up.baseUrl, priced, warnings);
    const form = new FormData();
    form.set('file', new File([new Uint8Array(4000)], 'voice.wav', { type: 'audio/wav' }));
    form.set('model', 'm');
    expect((await gate.send('/v1/audio/transcriptions', form)).status).toBe(200);
    await expectDoubt(gate, warnings);
  });

  test.each([
    ['xai', '/v1/videos/generations', { request_id: 'v' }, { status: 'done', video: { url: 'x', duration: -5 } }],
    ['xai', '/v1/videos/generations', { request_id: 'v' }, { status: 'done', video: { url: 'x', duration: 1e15 } }],
  ])('of a video of %s', async (provider, submit, submitted, done) => {
    const up = await stage.upstream((response, received) => {
      const video = { ...done, video: { ...done.video, url: `${up.baseUrl}/film.mp4` } };
      void answer(200, received.path === submit ? submitted : video)(response, received);
    });
    const warnings: string[] = [];
    const gate = await gatewayTo(provider, up.baseUrl, bySecond, warnings, {
      videos: { firstPollMs: 15, lastPollMs: 15 },
    });
    const begun = await gate.post({ model: 'm', prompt: 'A cat', seconds: '5' }, { path: '/v1/videos' });
    expect(begun.status).toBe(200);
    await expectDoubt(gate, warnings);
  });
});
