import { expect, test } from 'bun:test';
import { strengthOf } from './strength.ts';

test('length and variety make a password strong, repetition and counting do not', () => {
  for (const weak of [
    '',
    'password'.slice(0, 6),
    'aaaaaaaaaaaaaaaaaaaa',
    '12345678901',
    'abcdefghijklmnop',
    'abababababababab',
  ])
    expect(`${weak} ${strengthOf(weak)}`).toBe(`${weak} weak`);
  expect(strengthOf('kx7qm2vw')).toBe('fair');
  expect(strengthOf('kx7qm2vwr9tb')).toBe('good');
  expect(strengthOf('correct horse battery staple')).toBe('strong');
});
