import { afterEach, expect, test } from 'bun:test';
import { duration, fineDuration } from './format.ts';
import { usd, usdFloored, usdRounded } from './money.ts';

const figures = (): readonly string[] => [
  ...[842, 3240, 10_600, 72_000].map(duration),
  fineDuration(0.41),
  usd(-2_500_000_000n),
  usdRounded(-1n),
  usdRounded(-15_000_000n),
  usdFloored(12_345_678_901n),
];
const plain = ['842 ms', '3.24 s', '10.6 s', '1 m 12 s', '0.4 ms', '−$2.50', '−<$0.01', '−$0.02', '$12.34'];

const own = Object.getOwnPropertyDescriptor(globalThis, 'document');
const readFrom = (dir: string): void => {
  Object.defineProperty(globalThis, 'document', { value: { documentElement: { dir } }, configurable: true });
};
afterEach(() => {
  if (own === undefined) Reflect.deleteProperty(globalThis, 'document');
  else Object.defineProperty(globalThis, 'document', own);
});

test('figures with a unit or a sign keep their order on a page that is read from right to left', () => {
  readFrom('rtl');
  expect(figures()).toEqual(plain.map((text) => `\u2066${text}\u2069`));
});

test('elsewhere they are plain', () => {
  readFrom('ltr');
  expect(figures()).toEqual(plain);
  Reflect.deleteProperty(globalThis, 'document');
  expect(figures()).toEqual(plain);
});
