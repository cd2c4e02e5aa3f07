import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { hashSecret, isSecretText, newSecretText, secretHint } from './secret-text.ts';

const random = (bytes: Uint8Array) => void crypto.getRandomValues(bytes);

test('a new key has its kind, its length and a checksum that holds', () => {
  const key = newSecretText('sk-', random);
  expect(key).toMatch(/^sk-[0-9A-Za-z]{46}$/);
  expect(isSecretText('sk-', key)).toBe(true);
  expect(isSecretText('tgp_', key)).toBe(false);
  expect(isSecretText('tgp_', newSecretText('tgp_', random))).toBe(true);
  expect(new Set(Array.from({ length: 100 }, () => newSecretText('sk-', random))).size).toBe(100);
});

test('any single wrong character is a typo', () => {
  const key = newSecretText('sk-', random);
  fc.assert(
    fc.property(fc.nat(key.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
      const other = key.slice(0, at) + letter + key.slice(at + 1);
      expect(isSecretText('sk-', other)).toBe(other === key);
    }),
  );
  expect(isSecretText('sk-', key.slice(0, -1))).toBe(false);
  expect(isSecretText('sk-', `${key}0`)).toBe(false);
  expect(isSecretText('sk-', '')).toBe(false);
  fc.assert(fc.property(fc.string(), (text) => !isSecretText('sk-', text)));
});

test('bytes that would bias the alphabet are thrown away', () => {
  let calls = 0;
  const text = newSecretText('sk-', (bytes) => {
    calls += 1;
    bytes.fill(calls === 1 ? 255 : 0);
  });
  expect(text.startsWith(`sk-${'0'.repeat(40)}`)).toBe(true);
  expect(calls).toBe(2);
});

test('hash and hint', () => {
  expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(secretHint('sk-ABCDEFGHwxyz')).toEqual({ prefix: 'sk-ABCD', lastFour: 'wxyz' });
});
