import { celEnv, celFunc, CelScalar, parse, plan } from '@bufbuild/cel';
import { Environment } from '@marcbachmann/cel-js';
import type { Usage } from '@tollgate/wire/ir/usage';
import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { holdAmount } from '../../domain/hold-amount.ts';
import { priceOfRequest } from '../../domain/price-expression/asked.ts';
import { namesBucket } from '../../domain/price-expression/program.ts';
import { multiplierOne, type Price } from '../../domain/price.ts';
import type { PriceTerms } from '../../domain/price-sheet.ts';
import { quote, totalOf } from '../../domain/quote.ts';
import { pricedBuckets } from '../../domain/rates.ts';
import { priceOf, problemOf } from './program-of.ts';
import { readProgram } from './read-program.ts';

const termsOf = (expression: string): PriceTerms => ({ rates: {}, conditional: [], perCall: undefined, expression });
const priceBy = (expression: string): Price => priceOf(termsOf(expression), readProgram(expression));
const problem = async (expression: string): Promise<string | undefined> => {
  const found = await problemOf(termsOf(expression));
  return typeof found === 'string' ? found : undefined;
};
const nanosBy = (expression: string, usage: Usage, served: Parameters<typeof quote>[3] = {}): bigint =>
  quote(usage, priceBy(expression), multiplierOne, served).amount;

/** New API's unit: 500 000 of them are a dollar, and a half is rounded up. */
const quota = (nanos: bigint): number => Number((nanos + 1000n) / 2000n);

describe('what New API computes by its expressions comes out here', () => {
  const longContext = 'len <= 200000 ? tier("standard", p*1.5 + c*7.5) : tier("long_context", p*3 + c*11.25)';
  test.each<[expression: string, usage: Usage, quota: number]>([
    ['tier("base", p * 2 + c * 10)', { inputText: 1000, outputText: 500 }, 3500],
    [longContext, { inputText: 200_000, outputText: 1000 }, 153_750],
    [longContext, { inputText: 200_001, outputText: 1000 }, 305_627],
    ['p * 2.5 + c * 15 + cr * 0.25', { inputText: 800, cacheRead: 200, outputText: 500 }, 4775],
    ['p * 2.5 + c * 15', { inputText: 800, cacheRead: 200, outputText: 500 }, 5000],
    ['p * 3 + c * 15 + cr * 0.3', { inputText: 800, cacheRead: 200, outputText: 500 }, 4980],
    ['v1: p * 2 + c * 10 ||| param("x") == null ? 1.5 : 1', { inputText: 1000, outputText: 500 }, 5250],
    ['p * 1.5', { inputText: 1 }, 1],
    ['p > 5 and not (c > 5 or len > 99) ? p * 2 : p', { inputText: 1000 }, 500],
    ['p > 5 and not (c > 5 or len > 9999) ? p * 2 : p', { inputText: 1000 }, 1000],
    // Words within a text are a text.
    ['param("x") == "this and that or not" ? p : p * 3', { inputText: 1000 }, 1500],
  ])('%s', (expression, usage, expected) => {
    expect(quota(nanosBy(expression, usage))).toBe(expected);
  });
});

test('what is not named counts with the whole of its side, and nothing becomes free', () => {
  const usage = {
    inputText: 1,
    cacheRead: 10,
    cacheWrite5m: 100,
    cacheWrite1h: 1000,
    inputImage: 10_000,
    outputAudio: 7,
  };
  expect(nanosBy('p * 1 + c * 1', usage)).toBe(11_118_000n);
  expect(nanosBy('p * 1 + c * 1 + img * 0', usage)).toBe(1_118_000n);
  // Hours of cache cost 1.6 times minutes of it, where only these are named.
  expect(nanosBy('cc * 1', usage)).toBe(1_700_000n);
  expect(nanosBy('cc * 1 + cc1h * 1', usage)).toBe(1_100_000n);
  expect(nanosBy('len * 1 + p * 0', usage)).toBe(11_111_000n);
  // A price for an image, in USD for a million of them.
  expect(nanosBy('images * 40000', { images: 3 })).toBe(120_000_000n);
});

test('a bill has the lines of any price, named by the tier, and is recomputed from them', () => {
  const price = priceBy('len > 1000 ? tier("long", p * 2 + c * 8 + 500) : tier("short", p + c)');
  const charge = quote({ inputText: 2000, outputText: 10 }, price, 1_500_000n);
  expect(charge.lines).toEqual([
    { bucket: 'inputText', quantity: 2000, rate: 2_000_000_000n, condition: 'long' },
    { bucket: 'outputText', quantity: 10, rate: 8_000_000_000n, condition: 'long' },
    { bucket: 'call', quantity: 1, rate: 500_000n, condition: 'long' },
  ]);
  expect<bigint>(charge.amount).toBe(totalOf(charge.lines, 1_500_000n));
  // No rate says what is no sum of counts: that is one amount, and never below nothing.
  expect(quote({ inputText: 1500 }, priceBy('ceil(p / 1000) * 1000 * 2'), multiplierOne).lines.at(-1)).toEqual({
    bucket: 'call',
    quantity: 1,
    rate: 4_000_000n,
  });
  expect(nanosBy('p - 5000', { inputText: 10 })).toBe(0n);
});

test('no digit goes through binary fractions', () => {
  // As floats these are 0.30000000000000004 and 0.7999999999999999.
  expect(nanosBy('(0.1 + 0.2) * 10000000', {})).toBe(3_000_000_000n);
  expect(nanosBy('p * (0.1 + 0.2) == 0.3 ? 1000 : 2000', { inputText: 1 })).toBe(1_000_000n);
  expect(nanosBy('p * 0.123456789', { inputText: 1_000_000 })).toBe(123_456_789n);
});

test('parts of an answer are worked out once together, those of other models by their own prices', () => {
  const price = priceBy('len > 150 ? p * 2 + 1000 : p * 1 + 1000');
  const other = priceBy('ceil(p / 100) * 100 * 7');
  const parts = [
    { usage: { inputText: 100 } },
    { usage: { inputText: 100 } },
    { usage: { inputText: 150 }, model: 'o' },
  ];
  const charge = quote({}, price, multiplierOne, {
    as: { parts },
    priceOf: (name) => (name === 'o' ? other : undefined),
  });
  expect<bigint>(charge.amount).toBe(200n * 2000n + 1_000_000n + 1_400_000n);
  const estimate = { inputTokens: 350, outputTokens: 0, at: 0, models: ['o'], priceOf: () => other };
  expect(holdAmount(estimate, price, multiplierOne)).toBeGreaterThanOrEqual(charge.amount);
});

test('only what is named is asked for where an answer does not tell it', () => {
  const named = (expression: string) =>
    pricedBuckets.filter((bucket) => namesBucket(readProgram(expression), bucket)).join(' ');
  expect(named('len * 2 + seconds')).toBe('inputText seconds');
  expect(named('p + c + characters * 3')).toBe('inputText outputText characters');
});

test('hours, months and weekdays are those of the place that is named', () => {
  // A Sunday evening in New York, Monday in Shanghai, the last day of a month in one of them.
  const at = Date.UTC(2026, 5, 1, 1, 30);
  const one = (expression: string): bigint => nanosBy(expression, {}, { at }) / 1000n;
  expect(one('hour("America/New_York") * 10000 + minute("UTC") * 100 + weekday("America/New_York")')).toBe(213_000n);
  expect(one('day("America/New_York") * 100 + month("America/New_York")')).toBe(3105n);
  expect(one('day() * 100 + month("Asia/Shanghai")')).toBe(106n);
  expect(one('hour("Asia/Kolkata") == 7 && weekday("Asia/Shanghai") == 1 ? 1 : 2')).toBe(1n);
});

test('what is asked of the request is frozen with its price', () => {
  const price = priceBy(
    '(param("speed") == "fast" ? 6 : 1) * (has(header("X-Beta"), "long") ? 2 : 1) * (param("n") > 2 ? 3 : 1) * p',
  );
  const body = { speed: 'fast', n: 3, tools: [{ type: 'x' }] };
  const bound = priceOfRequest(price, body, new Headers({ 'x-beta': 'very-long-context' }));
  body.speed = 'slow';
  expect<bigint>(quote({ inputText: 1 }, bound, multiplierOne).amount).toBe(36_000n);
  expect<bigint>(quote({ inputText: 1 }, price, multiplierOne).amount).toBe(1000n);
  const there = priceBy('param("tools") != null && param("tools") != "" && !param("stream") ? tier("t", p) : p * 2');
  expect<bigint>(quote({ inputText: 1 }, priceOfRequest(there, body, new Headers()), multiplierOne).amount).toBe(1000n);
  // Prices that read nothing stay the object they are.
  const plain = priceBy('p * 2');
  expect(priceOfRequest(plain, body, new Headers())).toBe(plain);
});

test('the tier that served it may decide, and every tier within reach is set aside for', () => {
  const price = priceBy('service_tier in ["priority", "fast"] ? p * 4 : service_tier == "flex" ? p * 0.5 : p * 1');
  const amount = (tier?: string): bigint => quote({ inputText: 1000 }, price, multiplierOne, { as: { tier } }).amount;
  expect([amount(), amount('flex'), amount('fast')]).toEqual([1_000_000n, 500_000n, 4_000_000n]);
  const held = (tiers?: readonly string[]): bigint =>
    holdAmount({ inputTokens: 1000, outputTokens: 0, at: 0, tiers }, price, multiplierOne);
  expect<bigint>(held(['flex', 'standard'])).toBe(1_000_002n);
  expect<bigint>(held()).toBe(4_000_002n);
});

test('an expression that decides nothing new is held like the rates that it stands for', () => {
  const price = priceBy(
    'len <= 200000 ? p * 3 + c * 15 + cr * 0.3 + cc * 3.75 : p * 6 + c * 22.5 + cr * 0.6 + cc * 7.5',
  );
  const held = (inputTokens: number): bigint =>
    holdAmount({ inputTokens, outputTokens: 1000, at: 0 }, price, multiplierOne);
  // All of it as the dearest of inputs, at the tier that the longest of inputs can reach.
  expect<bigint>(held(100_000)).toBe(100_000n * 6000n + 1000n * 15_000n + 2n);
  expect<bigint>(held(200_001)).toBe(200_001n * 12_000n + 1000n * 22_500n + 2n);
  expect<bigint>(held(0)).toBe(1000n * 15_000n + 2n);
});

test('what is wrong is said with its place, and nothing that could not be bounded is let in', async () => {
  const mistakes: readonly (readonly [expression: string, said: string])[] = [
    ['p *', 'Unexpected token: EOF (line 1, column 4, at its end)'],
    ['p * 2 +\n q * 3', 'there is no "q", only p, c, len, '],
    ['p * 2 +\n q * 3', '(line 2, column 2, at "q * 3")'],
    ['p / c', 'can only be divided by a number that is written (line 1, column 5, at "c")'],
    ['p / 0', 'cannot be divided by zero (line 1, column 5, at "0")'],
    ['[1, 2].map(x, x * p)', '"[1, 2].map(x, x * p)" is no number (line 1, column 1'],
    ['p && c > 1 ? 1 : 2', '"p" is no condition (line 1, column 1'],
    ['tier(p, 2)', 'the name of a tier must be a text in quotes (line 1, column 6, at "p, 2)")'],
    ['hour("Mars/Olympus") * p', 'hour() takes a time zone such as "Asia/Shanghai" (line 1, column 6'],
    ['header("Authorization") == "x" ? p : c', 'the header "authorization" carries a secret'],
    ['param("a" + "b") == 1 ? p : c', 'the path of a parameter must be a text in quotes (line 1, column 7'],
    ['"text"', '"text" is a text, not a number'],
    ['p % 2', '"p % 2" is no number'],
    ['p * 1e-30', '1e-30 has more than 18 decimals (line 1, column 5, at "1e-30")'],
    ['p - 5000', 'for no usage at all it comes to less than nothing'],
    ['max()', 'max() takes at least one value'],
    ['p * 2 ||| q', '(line 1, column 11, at "q")'],
  ];
  for (const [expression, said] of mistakes) expect(await problem(expression)).toContain(said);
  expect(await problem(`p${' + 1'.repeat(900)}`)).toContain('maxAstNodes');
  expect(await problem('('.repeat(60) + 'p' + ')'.repeat(60))).toContain('maxDepth');
  expect(await problem('p * 2')).toBeUndefined();
});

/** Numbers that binary fractions hold exactly, so that the other implementations reckon without an error. */
const literal = fc.integer({ min: 0, max: 400 }).map((eighths) => (eighths / 8).toFixed(3));
const names = ['p', 'c', 'len', 'cr'] as const;
const { number } = fc.letrec<{ number: string; test: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...names),
    literal,
    fc.tuple(tie('number'), fc.constantFrom('+', '-', '*'), tie('number')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('number').map((a) => `(${a} / 8.0)`),
    fc.tuple(fc.constantFrom('max', 'min'), tie('number'), tie('number')).map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.tuple(fc.constantFrom('abs', 'ceil', 'floor'), tie('number')).map(([f, a]) => `${f}(${a})`),
    tie('number').map((a) => `tier("t", ${a})`),
    tie('number').map((a) => `-(${a})`),
    fc.tuple(tie('test'), tie('number'), tie('number')).map(([t, a, b]) => `(${t} ? ${a} : ${b})`),
  ),
  test: fc.oneof(
    { maxDepth: 2 },
    fc
      .tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('number'))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie('test'), fc.constantFrom('&&', '||'), tie('test')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('test').map((a) => `!(${a})`),
  ),
}));

const count = fc.integer({ min: 0, max: 5000 });
const usages = fc.record({ inputText: count, cacheRead: count, outputText: count });

const { DOUBLE, STRING } = CelScalar;
const two = { max: Math.max, min: Math.min };
const one = { abs: Math.abs, ceil: Math.ceil, floor: Math.floor };
const buf = celEnv({
  variables: { p: DOUBLE, c: DOUBLE, len: DOUBLE, cr: DOUBLE },
  funcs: [
    ...Object.entries(two).map(([name, run]) => celFunc(name, [DOUBLE, DOUBLE], DOUBLE, (a, b) => run(a, b))),
    ...Object.entries(one).map(([name, run]) => celFunc(name, [DOUBLE], DOUBLE, (a) => run(a))),
    celFunc('tier', [STRING, DOUBLE], DOUBLE, (_name, value) => value),
  ],
});
const js = new Environment();
for (const name of names) js.registerVariable(name, 'double');
for (const [name, run] of Object.entries(two)) js.registerFunction(`${name}(double, double): double`, run);
for (const [name, run] of Object.entries(one)) js.registerFunction(`${name}(double): double`, run);
js.registerFunction('tier(string, double): double', (_name: string, value: number) => value);

test('three readers of CEL agree on what an expression comes to', () => {
  fc.assert(
    fc.property(number, usages, (text, usage) => {
      const counted = /\bcr\b/.test(text);
      const values = {
        p: usage.inputText + (counted ? 0 : usage.cacheRead),
        c: usage.outputText,
        len: usage.inputText + usage.cacheRead,
        cr: usage.cacheRead,
      };
      const theirs = plan(buf, parse(text))(values);
      expect(typeof theirs).toBe('number');
      expect(js.evaluate(text, values)).toBe(theirs);
      // Far off, where binary fractions have no digits left, and our largest amounts end, there is nothing to compare.
      fc.pre(Math.abs(Number(theirs)) < 1e10);
      const ours = Number(nanosBy(text, usage));
      expect(Math.abs(ours - Math.max(0, Number(theirs) * 1000))).toBeLessThanOrEqual(1.5);
    }),
    { numRuns: 300 },
  );
});

test('the hold is never below the bill of what stays within the estimate', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      number,
      usages,
      fc.array(share, { minLength: 3, maxLength: 3 }),
      (text, most, [a = 0, b = 0, d = 0]) => {
        const price = priceBy(text);
        const inputTokens = most.inputText + most.cacheRead;
        const input = Math.floor(inputTokens * a);
        const cacheRead = Math.floor(input * b);
        const usage = { inputText: input - cacheRead, cacheRead, outputText: Math.floor(most.outputText * d) };
        const held = holdAmount({ inputTokens, outputTokens: most.outputText, at: 0 }, price, 1_300_000n);
        expect(held).toBeGreaterThanOrEqual(quote(usage, price, 1_300_000n, { at: 0 }).amount);
      },
    ),
    { numRuns: 400 },
  );
});
