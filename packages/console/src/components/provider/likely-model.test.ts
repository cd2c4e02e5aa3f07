import { expect, test } from 'bun:test';
import { likelyModel } from './likely-model.ts';

type Known = Parameters<typeof likelyModel>[1][number];
const priced = (name: string, price: object, operations: readonly string[] | null = null): Known => ({
  name,
  operations: operations === null ? null : [...operations],
  current: { version: 'v', free: false, source: 's', asOf: '', createdAt: 0, price: { ...price } },
});

test('a small model that answers in text comes first, a newer one before an older', () => {
  const known = [
    priced('text-embedding-3-small', { input: '0.02' }),
    priced('gpt-4o', { input: '2.5', output: '10' }),
    priced('gpt-4o-mini', { input: '0.15', output: '0.6' }),
    priced('gpt-5-mini', {
      rates: [
        { when: { tier: 'batch' }, output: '1' },
        { input: '0.25', output: '2' },
      ],
    }),
    priced('speech-mini', { input: '1', output: '1' }, ['speech']),
  ];
  expect(
    likelyModel(
      known.map(({ name }) => name),
      known,
    ),
  ).toBe('gpt-5-mini');
});

test('something is asked even where nothing is known', () => {
  expect(likelyModel(['my-model'], [])).toBe('my-model');
  expect(likelyModel(['embed', 'big'], [priced('embed', { input: '1' })])).toBe('big');
  expect(likelyModel([], [])).toBeUndefined();
});

test('what its name tells to be for something else is asked last, unless it is known to answer', () => {
  expect(likelyModel(['text-embedding-3-small', 'large'], [])).toBe('large');
  expect(likelyModel(['gpt-image-1-mini', 'whisper-1'], [])).toBeDefined();
  const known = { name: 'gpt-audio-mini', current: null, operations: ['chat' as const] };
  expect(likelyModel(['gpt-audio-mini', 'large'], [known])).toBe('gpt-audio-mini');
});
