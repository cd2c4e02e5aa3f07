import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { unknownModel } from '@tollgate/wire/models/traits';
import { pathFor, type Paths } from './path.ts';

const paths: Paths = {
  chat: [
    { when: { settings: { api: 'none' } }, path: undefined },
    { when: { settings: { api: 'auto' }, onlyBy: 'openai-responses' }, path: undefined },
    { when: { stream: true, settings: { api: 'auto' } }, path: '/{api}/{model}:stream?v={version}' },
    { path: '/{model}' },
  ],
  completions: '/completions',
  compact: [{ when: { stream: true }, path: '/compact' }],
};

test.each([
  ['chat', { model: 'm', settings: { api: 'auto', version: '1 2' }, stream: true }, '/auto/m:stream?v=1%202'],
  ['chat', { model: 'a/b', settings: { api: 'auto' } }, '/a%2Fb'],
  ['chat', { model: 'm', settings: { api: 'none' }, stream: true }, undefined],
  [
    'chat',
    { model: 'm', settings: { api: 'auto' }, traits: { ...unknownModel, onlyBy: 'openai-responses' } },
    undefined,
  ],
  ['chat', { model: 'm', settings: { api: 'auto' }, traits: { ...unknownModel, onlyBy: 'gemini' } }, '/m'],
  ['chat', { model: 'm', settings: {}, traits: { ...unknownModel, onlyBy: 'openai-responses' }, stream: true }, '/m'],
  ['completions', { model: 'm', settings: {} }, '/completions'],
  // No variant holds.
  ['compact', { model: 'm', settings: {} }, undefined],
  ['count-tokens', { model: 'm', settings: {} }, undefined],
] as const)('%s of %j is asked at %p', (operation, target, path) => {
  expect(pathFor({ paths }, operation, target)).toBe(path as string);
});

test('whatever the model is called, it is one segment of the path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (model) => {
      const path = pathFor({ paths: { chat: '/models/{model}/run' } }, 'chat', { model, settings: {} }) ?? '';
      const [, segment, ...rest] = new URL(path, 'http://h').pathname.split('/').slice(1);
      // The URL parser takes these two for steps; they are no model's name.
      if (model === '.' || model === '..') return;
      expect(decodeURIComponent(segment ?? '')).toBe(model);
      expect(rest).toEqual(['run']);
    }),
  );
});
