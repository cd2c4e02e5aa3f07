import { defaultSettings } from '@tollgate/contract/settings';
import { describe, expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';
import { inspectPredict } from './inspect.ts';

const stage = setStage();
const path = '/v1/images/generations';
const ask = { model: 'm', prompt: 'A cat' };

/** 4 cents a picture. */
const each = priceOf({ images: 40_000_000_000_000n });
/** As `gemini-2.5-flash-image`. */
const byToken = priceOf({ inputText: 300_000_000n, outputImage: 30_000_000_000n });

const predictions = [
  { mimeType: 'image/png', bytesBase64Encoded: 'AAAA' },
  { mimeType: 'image/png', bytesBase64Encoded: 'BBBB' },
];
const painted = {
  candidates: [
    {
      content: { parts: [{ text: 'Here.' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
      finishReason: 'STOP',
    },
  ],
  usageMetadata: {
    promptTokenCount: 5,
    candidatesTokenCount: 1290,
    totalTokenCount: 1295,
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
  },
};

describe('pictures asked for as of OpenAI', () => {
  test('are made by Imagen, and charged by number', async () => {
    const up = await stage.upstream(answer(200, { predictions }));
    const models = { m: 'imagen-4.0-generate-001' };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini', models }], { price: each });
    const response = await gate.post({ ...ask, n: 2, size: '1792x1024', quality: 'hd', style: 'vivid' }, { path });
    expect(up.received[0]).toMatchObject({ path: '/v1/v1beta/models/imagen-4.0-generate-001:predict' });
    expect(up.received[0]?.json).toEqual({
      instances: [{ prompt: 'A cat' }],
      parameters: { sampleCount: 2, aspectRatio: '16:9', imageSize: '2K' },
    });
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('style;dropped, size;approximated');
    expect(await response.json()).toEqual({
      created: expect.any(Number),
      data: [{ b64_json: 'AAAA' }, { b64_json: 'BBBB' }],
    });
    expect(gate.records[0]).toMatchObject({ usage: { images: 2 }, usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(80_000_000n);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('are painted by a Gemini model in its answer, and charged by its tokens', async () => {
    const up = await stage.upstream(answer(200, painted));
    const models = { m: 'gemini-2.5-flash-image' };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini', models }], {
      price: byToken,
    });
    const response = await gate.post({ ...ask, size: '1024x1024', response_format: 'url' }, { path });
    expect(up.received[0]).toMatchObject({ path: '/v1/v1beta/models/gemini-2.5-flash-image:generateContent' });
    expect(up.received[0]?.json).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'A cat' }] }],
      generationConfig: { responseModalities: ['TEXT', 'IMAGE'], imageConfig: { aspectRatio: '1:1' } },
    });
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('response_format;approximated');
    expect(await response.json()).toMatchObject({
      data: [{ b64_json: 'AAAA' }],
      usage: { input_tokens: 5, output_tokens: 1290, total_tokens: 1295 },
    });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(5n * 300n + 1290n * 30_000n);

    expect((await gate.post({ ...ask, n: 2 }, { path })).status).toBe(400);
    const stream = await gate.post({ ...ask, stream: true }, { path });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    expect(await stream.text()).toContain('"type":"image_generation.completed","b64_json":"AAAA"');
  });

  test('are made by Alibaba’s models, and given by address', async () => {
    const said = { output: { choices: [{ message: { content: [{ image: 'https://x.test/a.png' }] } }] }, usage: {} };
    const up = await stage.upstream(answer(200, said));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'alibaba' }], { price: each });
    const response = await gate.post({ ...ask, n: 1, size: '1328x1328' }, { path });
    expect(up.received[0]?.json).toEqual({
      model: 'm-upstream',
      input: { messages: [{ role: 'user', content: [{ text: 'A cat' }] }] },
      parameters: { n: 1, size: '1328*1328' },
    });
    expect(await response.json()).toMatchObject({ data: [{ url: 'https://x.test/a.png' }] });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(40_000_000n);
  });

  test('are asked for in SiliconFlow’s words, and given in OpenAI’s', async () => {
    const up = await stage.upstream(answer(200, { images: [{ url: 'https://x.test/a.png' }], seed: 3 }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'siliconflow' }], { price: each });
    const response = await gate.post({ ...ask, n: 1, size: '1024x1024' }, { path });
    expect(up.received[0]?.json).toEqual({
      model: 'm-upstream',
      prompt: 'A cat',
      batch_size: 1,
      image_size: '1024x1024',
    });
    expect(await response.json()).toMatchObject({ seed: 3, data: [{ url: 'https://x.test/a.png' }] });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(40_000_000n);
  });

  test.each([
    ['imagen-4.0-generate-001', { predictions: [{ raiFilteredReason: 'Unsafe.' }] }, 'Unsafe.'],
    ['gemini-2.5-flash-image', { candidates: [{ finishReason: 'IMAGE_SAFETY' }] }, 'IMAGE_SAFETY'],
    ['gemini-2.5-flash-image', { candidates: [{ finishReason: 'NO_IMAGE', finishMessage: 'Not now.' }] }, 'Not now.'],
    ['gemini-2.5-flash-image', { promptFeedback: { blockReason: 'SAFETY' } }, 'blocked (SAFETY)'],
  ])('that are withheld for a reason are refused with it, and nobody else is asked: %s %o', async (m, body, why) => {
    const up = await stage.upstream(answer(200, body));
    const channel = { baseUrl: up.baseUrl, provider: 'gemini', models: { m } };
    const gate = await stage.gateway(
      [
        { id: 'a', ...channel },
        { id: 'b', ...channel },
      ],
      { price: each },
    );
    const asks = [
      [ask, path],
      ...('predictions' in body ? [[{ instances: [{ prompt: 'A cat' }] }, '/v1beta/models/m:predict']] : []),
    ] as const;
    for (const [asked, at] of asks) {
      const response = await gate.post(asked, { path: at as string });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(why);
      expect(gate.records.at(-1)).toMatchObject({ charge: undefined, attempts: [{ cause: 'bad_request' }] });
    }
  });

  test('that are not there, for no reason, are no answer', async () => {
    const up = await stage.upstream(answer(200, { predictions: [{}] }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini' }], { price: each });
    expect((await gate.post(ask, { path })).status).toBe(502);
    expect(gate.records[0]).toMatchObject({ charge: undefined, endReason: 'upstream_empty' });
  });
});

describe('pictures asked for as of Google', () => {
  const body = { instances: [{ prompt: 'A cat' }], parameters: { sampleCount: 2, aspectRatio: '16:9' } };

  test('pass to Imagen byte for byte, and are charged by number', async () => {
    const up = await stage.upstream(answer(200, { predictions }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini' }], { price: each });
    const response = await gate.post(body, { path: '/v1beta/models/m:predict' });
    expect(await response.text()).toBe(JSON.stringify({ predictions }));
    expect(up.received[0]).toMatchObject({ path: '/v1/v1beta/models/m-upstream:predict', text: JSON.stringify(body) });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(80_000_000n);
  });

  test('are made by OpenAI', async () => {
    const made = { created: 1, data: [{ b64_json: 'AAAA' }, { b64_json: 'BBBB' }] };
    const up = await stage.upstream(answer(200, made));
    const models = { m: 'gpt-image-1' };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models }], { price: each });
    const response = await gate.post(body, { path: '/v1beta/models/m:predict' });
    expect(up.received[0]?.json).toEqual({ model: 'gpt-image-1', prompt: 'A cat', n: 2, size: '1536x1024' });
    expect(await response.json()).toEqual({ predictions });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(80_000_000n);
  });

  test('are refused in its own words', async () => {
    const up = await stage.upstream(answer(200, { predictions }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini' }]);
    const response = await gate.post({ instances: [] }, { path: '/v1beta/models/m:predict' });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { status: 'INVALID_ARGUMENT' } }]);
    expect(up.received).toEqual([]);
  });
});

test.each([
  [[], null],
  [{}, 'instances'],
  [{ instances: [{ prompt: 'a' }, { prompt: 'b' }] }, 'instances'],
  [{ instances: [{}] }, 'instances[0].prompt'],
  [{ instances: [{ prompt: 'a' }], parameters: { sampleCount: 0 } }, 'parameters.sampleCount'],
  [{ instances: [{ prompt: 'a' }], parameters: { sampleCount: 99 } }, 'parameters.sampleCount'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectPredict(json, 'm', { maxOutputTokens: 1e6, maxChoices: 10 })).toMatchObject({ param });
});

describe('edits', () => {
  const edit = '/v1/images/edits';
  const form = (more: Readonly<Record<string, string | File>> = {}): FormData => {
    const fields = new FormData();
    fields.append('image[]', new File([new Uint8Array([1, 2, 3])], 'a.webp', { type: 'image/webp' }));
    for (const [name, value] of Object.entries({ model: 'm', prompt: 'Bluer', ...more })) fields.append(name, value);
    return fields;
  };

  test('of a form are made by a Gemini model of the picture within its request', async () => {
    const up = await stage.upstream(answer(200, painted));
    const models = { m: 'gemini-2.5-flash-image' };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'gemini', models }], {
      price: byToken,
    });
    const mask = new File(['x'], 'mask.png', { type: 'image/png' });
    const response = await gate.send(edit, form({ mask, size: '1024x1024', n: '1' }));
    expect(up.received[0]).toMatchObject({ path: '/v1/v1beta/models/gemini-2.5-flash-image:generateContent' });
    expect(up.received[0]?.json).toEqual({
      contents: [
        { role: 'user', parts: [{ inlineData: { mimeType: 'image/webp', data: 'AQID' } }, { text: 'Bluer' }] },
      ],
      generationConfig: { responseModalities: ['TEXT', 'IMAGE'], imageConfig: { aspectRatio: '1:1' } },
    });
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('mask;dropped');
    expect(await response.json()).toMatchObject({ data: [{ b64_json: 'AAAA' }] });
    expect(gate.records[0]).toMatchObject({ operation: 'image-edits', usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(5n * 300n + 1290n * 30_000n);
    expect((await gate.send(edit, form({ n: '2' }))).status).toBe(400);
  });

  test('of JSON are made by Qwen, by address or inline', async () => {
    const output = { choices: [{ message: { content: [{ image: 'https://cdn.example/1.png' }] } }] };
    const up = await stage.upstream(answer(200, { output }));
    const models = { m: 'qwen-image-edit-plus' };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, provider: 'alibaba', models }], { price: each });
    const images = [{ image_url: 'https://example.com/a.png' }, { image_url: 'data:image/png;base64,AAAA' }];
    const response = await gate.post({ ...ask, n: 2, images }, { path: edit });
    expect(up.received[0]?.json).toEqual({
      model: 'qwen-image-edit-plus',
      input: {
        messages: [
          {
            role: 'user',
            content: [
              { image: 'https://example.com/a.png' },
              { image: 'data:image/png;base64,AAAA' },
              { text: 'A cat' },
            ],
          },
        ],
      },
      parameters: { n: 2 },
    });
    expect(await response.json()).toMatchObject({ data: [{ url: 'https://cdn.example/1.png' }] });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(40_000_000n);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test.each([
    ['gemini', 'imagen-4.0-generate-001', { image_url: 'data:image/png;base64,AAAA' }],
    ['gemini', 'gemini-2.5-flash-image', { image_url: 'https://example.com/a.png' }],
    ['gemini', 'gemini-2.5-flash-image', { file_id: 'file-1' }],
    ['alibaba', 'wan2.2-t2i-flash', { image_url: 'https://example.com/a.png' }],
    ['replicate', 'black-forest-labs/flux-schnell', { image_url: 'https://example.com/a.png' }],
  ])('are refused where they cannot be: %s %s %o', async (provider, upstream, image) => {
    const up = await stage.upstream(answer(200, painted));
    const spec = { id: 'a', baseUrl: up.baseUrl, provider, models: { m: upstream } };
    const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, passResourceIds: true } };
    const gate = await stage.gateway([spec], { settings });
    const response = await gate.post({ ...ask, images: [image] }, { path: edit });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'image' } }]);
    expect(up.received).toEqual([]);
  });
});
