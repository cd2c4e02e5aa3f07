import { describe, expect, test } from 'bun:test';
import type { Price } from '../../domain/price.ts';
import { answer, frame, streamAnswer } from '../../relay/testing/scripted-upstream.ts';
import { priceOf, setStage } from '../testing/stage.ts';
import { inspectImages } from './inspect.ts';

const stage = setStage();
const path = '/v1/images/generations';
const ask = { model: 'm', prompt: 'A cat' };

/** As `gpt-image-1`: 5, 10 and 40 USD for a million tokens. */
const byToken = priceOf({ inputText: 5_000_000_000n, inputImage: 10_000_000_000n, outputImage: 40_000_000_000n });
/** As `dall-e-3`: 4 cents a picture, 8 in `hd` or when it is large, 12 for both. */
const bySizeAndQuality: Price = {
  ...priceOf({ images: 40_000_000_000_000n }),
  conditional: [
    {
      when: { quality: ['hd'], size: ['1024x1792', '1792x1024'] },
      rates: { images: 120_000_000_000_000n },
      perCall: undefined,
    },
    { when: { quality: ['hd'] }, rates: { images: 80_000_000_000_000n }, perCall: undefined },
    { when: { size: ['1024x1792', '1792x1024'] }, rates: { images: 80_000_000_000_000n }, perCall: undefined },
  ],
};

const usage = {
  input_tokens: 50,
  input_tokens_details: { text_tokens: 10, image_tokens: 40 },
  output_tokens: 1056,
  total_tokens: 1106,
};
const picture = { created: 1, data: [{ b64_json: 'AAAA' }], size: '1024x1024', quality: 'medium', usage };
const drawn = (n: number) => ({ created: 1, data: Array.from({ length: n }, () => ({ url: 'https://x.test/a.png' })) });

describe('images', () => {
  test('pass byte for byte, and are charged by their tokens', async () => {
    const up = await stage.upstream(answer(200, picture));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const text = '{"prompt":"A cat", "model":"m","seed":12345678901234567890}';
    const response = await gate.post(text, { path });
    expect(await response.text()).toBe(JSON.stringify(picture));
    expect(up.received[0]).toMatchObject({ path, text: text.replace('"m"', '"m-upstream"') });
    expect(gate.records[0]).toMatchObject({
      operation: 'images',
      usage: { inputText: 10, inputImage: 40, outputImage: 1056, images: 1 },
      usageSource: 'provider',
    });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(10n * 5000n + 40n * 10_000n + 1056n * 40_000n);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test.each([
    [{}, 40n],
    [{ quality: 'standard', size: '1024x1024' }, 40n],
    [{ quality: 'hd' }, 80n],
    [{ size: '1792x1024' }, 80n],
    [{ quality: 'hd', size: '1024x1792' }, 120n],
    [{ quality: 'auto', size: 'auto' }, 40n],
  ])('that nobody tells tokens of are charged by number, size and quality (%j)', async (look, thousandths) => {
    const up = await stage.upstream(answer(200, drawn(2)));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: bySizeAndQuality });
    expect((await gate.post({ ...ask, n: 2, ...look }, { path })).status).toBe(200);
    expect(gate.records[0]).toMatchObject({ usage: { images: 2 }, usageSource: 'provider' });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(2n * thousandths * 1_000_000n);
  });

  test('are charged for what was made, not for what was asked', async () => {
    const up = await stage.upstream(answer(200, { ...drawn(1), quality: 'standard' }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: bySizeAndQuality });
    await gate.post({ ...ask, n: 3, quality: 'hd' }, { path });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(40_000_000n);
  });

  test('priced in tokens that nobody tells are charged by an estimate', async () => {
    const up = await stage.upstream(answer(200, drawn(1)));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    await gate.post({ ...ask, quality: 'low' }, { path });
    expect(gate.records[0]).toMatchObject({ usageSource: 'estimated', usage: { images: 1, outputImage: 272 } });
  });

  const events = [
    frame({ type: 'image_generation.partial_image', b64_json: 'AA', partial_image_index: 0 }),
    frame({
      type: 'image_generation.completed',
      b64_json: 'A'.repeat(200_000),
      size: '1024x1024',
      quality: 'high',
      usage,
    }),
  ];

  test('are streamed as they become clear, and charged by what the whole one reports', async () => {
    const up = await stage.upstream(streamAnswer(events));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const response = await gate.post({ ...ask, stream: true, partial_images: 1 }, { path });
    expect(await response.text()).toBe(events.join(''));
    expect(gate.records[0]).toMatchObject({ stream: true, usage: { outputImage: 1056, images: 1 } });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(10n * 5000n + 40n * 10_000n + 1056n * 40_000n);
  });

  test('that break off before one is whole tell so, and are charged by what was seen', async () => {
    const up = await stage.upstream(streamAnswer(events.slice(0, 1), { cut: true }));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const text = await (await gate.post({ ...ask, stream: true, partial_images: 1 }, { path })).text();
    expect(text).toContain('upstream_cut');
    expect(gate.records[0]).toMatchObject({ usageSource: 'estimated', usage: { outputImage: 100 } });
  });

  test.each([
    ['without a picture', { created: 1, data: [] }, 'empty'],
    ['with an empty picture', { created: 1, data: [{ b64_json: '' }] }, 'empty'],
    ['with a refusal', { error: { message: 'overloaded', type: 'server_error' } }, 'server_error'],
  ])('are tried elsewhere after an answer %s', async (_, body, cause) => {
    const wrong = await stage.upstream(answer(200, body));
    const up = await stage.upstream(answer(200, picture));
    const gate = await stage.gateway([
      { id: 'a', baseUrl: wrong.baseUrl, priority: 1 },
      { id: 'b', baseUrl: up.baseUrl, priority: 0 },
    ]);
    expect((await gate.post(ask, { path })).status).toBe(200);
    expect(gate.records[0]?.attempts.map((attempt) => attempt.cause)).toEqual([cause, 'ok']);
  });

  test('of a model that chats are refused before anybody is asked', async () => {
    const up = await stage.upstream(answer(200, picture));
    const models = { m: { upstream: 'x', operations: ['chat'] as const } };
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, models }]);
    const response = await gate.post(ask, { path });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { code: 'operation_not_supported' } },
    ]);
    expect(up.received).toEqual([]);
  });

  test('nobody gets without the money for them', async () => {
    const up = await stage.upstream(answer(200, drawn(4)));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: bySizeAndQuality });
    await gate.leave(470_000_000n);
    // Four at the dearest look.
    expect((await gate.post({ ...ask, n: 4 }, { path })).status).toBe(402);
    expect(up.received).toEqual([]);
  });
});

const file = (name: string) => new File([new Uint8Array(3000).fill(5)], name, { type: 'image/png' });

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  form.append('image[]', file('a.png'));
  form.append('image[]', file('b.png'));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

describe('edits', () => {
  test('of a form go on with their files, byte for byte', async () => {
    const up = stage.formUpstream(() => Response.json(picture));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const response = await gate.send('/v1/images/edits', formOf({ model: 'm', prompt: 'Bluer', n: '1' }));
    expect(await response.json()).toEqual(picture);
    const [form] = up.forms;
    expect(up.paths).toEqual(['/v1/images/edits']);
    expect([form?.get('model'), form?.get('prompt'), form?.getAll('image[]').length]).toEqual([
      'm-upstream',
      'Bluer',
      2,
    ]);
    expect(gate.records[0]).toMatchObject({ operation: 'image-edits', usage: { images: 1 } });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(10n * 5000n + 40n * 10_000n + 1056n * 40_000n);
  });

  test('are held for by each of their pictures', async () => {
    const up = stage.formUpstream(() => Response.json(picture));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: byToken });
    const held: bigint[] = [];
    const { hold } = gate.deps.ledger;
    gate.deps.ledger.hold = (debits) => {
      held.push(debits[0]?.amount ?? 0n);
      return hold(debits);
    };
    const one = formOf({ model: 'm', prompt: 'Bluer' });
    one.delete('image[]');
    one.append('image[]', file('a.png'));
    await gate.send('/v1/images/edits', one);
    await gate.send('/v1/images/edits', formOf({ model: 'm', prompt: 'Bluer' }));
    expect((held[1] ?? 0n) - (held[0] ?? 0n)).toBeGreaterThan(0n);
  });

  test('of JSON pass byte for byte', async () => {
    const up = await stage.upstream(answer(200, picture));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    const body = { ...ask, images: [{ image_url: 'data:image/png;base64,AAAA' }] };
    expect((await gate.post(body, { path: '/v1/images/edits' })).status).toBe(200);
    expect(up.received[0]).toMatchObject({ path: '/v1/images/edits', json: { ...body, model: 'm-upstream' } });
  });

  test('and variations without a picture are refused', async () => {
    const up = stage.formUpstream(() => Response.json(picture));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
    for (const at of ['/v1/images/edits', '/v1/images/variations']) {
      const form = formOf({ model: 'm', prompt: 'x' });
      form.delete('image[]');
      const response = await gate.send(at, form);
      expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'image' } }]);
    }
    expect(up.forms).toEqual([]);
  });

  test('variations need no words', async () => {
    const up = stage.formUpstream(() => Response.json(drawn(2)));
    const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { price: bySizeAndQuality });
    const form = new FormData();
    form.set('image', file('a.png'));
    form.set('model', 'm');
    form.set('n', '2');
    expect((await gate.send('/v1/images/variations', form)).status).toBe(200);
    expect(up.paths).toEqual(['/v1/images/variations']);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(80_000_000n);
  });
});

const needs = { prompt: true, picture: false, defaultModel: 'gpt-image-1' };
const limits = { maxOutputTokens: 1e6, maxChoices: 10 };

test.each([
  [[], null],
  [{ prompt: 'x', model: 3 }, 'model'],
  [{ model: 'm' }, 'prompt'],
  [{ model: 'm', prompt: '' }, 'prompt'],
  [{ model: 'm', prompt: 'x', n: 0 }, 'n'],
  [{ model: 'm', prompt: 'x', n: 11 }, 'n'],
  [{ model: 'm', prompt: 'x', n: '1.5' }, 'n'],
  [{ model: 'm', prompt: 'x', size: '1024×1024' }, 'size'],
  [{ model: 'm', prompt: 'x', quality: 3 }, 'quality'],
  [{ model: 'm', prompt: 'x', stream: 'maybe' }, 'stream'],
  [{ model: 'm', prompt: 'x', partial_images: 99 }, 'partial_images'],
] as const)('%j is refused at %p', (json, param) => {
  expect(inspectImages(json, needs, limits)).toMatchObject({ param });
});

test('pictures are held for by number and quality', () => {
  const held = (more: object) => inspectImages({ prompt: 'x', ...more }, needs, limits);
  expect(held({})).toMatchObject({ model: 'gpt-image-1', choices: 1, counted: { images: 1 }, maxOutputTokens: 10_000 });
  expect(held({ n: 3, quality: 'low', partial_images: 2 })).toMatchObject({ choices: 3, maxOutputTokens: 1200 });
});
