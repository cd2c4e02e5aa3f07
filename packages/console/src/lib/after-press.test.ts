import { afterAll, beforeAll, expect, test } from 'bun:test';
import { closeDom, openDom } from '../testing/dom.ts';
import type { afterPress as afterPress_ } from './after-press.ts';

let afterPress: typeof afterPress_;
beforeAll(async () => {
  await openDom();
  ({ afterPress } = await import('./after-press.ts'));
});
afterAll(closeDom);

test('what would move the page waits until the pointer is up', async () => {
  const told: string[] = [];
  afterPress(() => told.push('at once'));
  expect(told).toEqual(['at once']);
  globalThis.dispatchEvent(new Event('pointerdown'));
  afterPress(() => told.push('error'));
  globalThis.addEventListener('pointerup', () => told.push('pressed'), { once: true });
  expect(told).toEqual(['at once']);
  globalThis.dispatchEvent(new Event('pointerup'));
  await new Promise((done) => setTimeout(done, 5));
  expect(told).toEqual(['at once', 'pressed', 'error']);
});
