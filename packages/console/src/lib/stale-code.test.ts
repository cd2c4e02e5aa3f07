import { expect, test } from 'bun:test';
import { isStaleCode } from './stale-code.ts';

test('code that did not come is told from a page that broke, whatever the browser', () => {
  for (const message of [
    'Failed to fetch dynamically imported module: https://gate.example/assets/keys-abc.js',
    'error loading dynamically imported module: https://gate.example/assets/keys-abc.js',
    'Importing a module script failed.',
    'Unable to preload CSS for /assets/keys-abc.css',
  ])
    expect(isStaleCode(new TypeError(message))).toBe(true);
  expect(isStaleCode(new TypeError("Cannot read properties of undefined (reading 'map')"))).toBe(false);
});
