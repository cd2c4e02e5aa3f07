import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { getEncoding } from 'js-tiktoken';
import { traitsByName } from '@tollgate/wire/models/by-name';
import { openOutputMeter } from '@tollgate/wire/ir/output-meter';
import { encoderOf, tokenizerOf } from './tokenizers.ts';

const oracles = { 'gpt-4o': getEncoding('o200k_base'), 'gpt-4': getEncoding('cl100k_base') };
const page = readFileSync(new URL('../../../../../docs/conversions.md', import.meta.url), 'utf8').slice(0, 20_000);

const counter = (model: string): ((text: string) => number) => {
  const count = tokenizerOf(traitsByName(model));
  if (!count) throw new Error(`no tokenizer for ${model}`);
  return count;
};

describe.each(Object.entries(oracles))('the tokenizer of %s', (model, oracle) => {
  const count = counter(model);
  test.each([
    '',
    'Hello, world!',
    "It's we'll I'VE don't",
    '今天天气很好，我们去公园散步吧。日本語のテキスト。',
    'Größe übermäßig Ελληνικά русский العربية हिन्दी 👩‍👩‍👧‍👦🏳️‍🌈',
    '{"id": 1234567890, "list": [1.5, null, true]}\n\n\t\tconst a = (b) => b ** 2; // x\r\n',
    '   \n  leading and trailing   ',
    page,
  ])('counts as tiktoken does: %j', (text) => {
    expect(count(text)).toBe(oracle.encode(text, [], []).length);
    const tokens = encoderOf(traitsByName(model))?.(text) ?? [];
    expect(tokens.map(({ id }) => id)).toEqual(oracle.encode(text, [], []));
    if (/^[\x00-\x7f]*$/.test(text)) expect(tokens.map((token) => token.text).join('')).toBe(text);
  });

  test('counts any text as tiktoken does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(count(text)).toBe(oracle.encode(text, [], []).length);
      }),
    );
  });

  test('takes words without an end in its stride', () => {
    // Merging whole words takes quadratic time: this would be minutes.
    expect(count('a'.repeat(400_000))).toBeGreaterThan(10_000);
    expect(count('\ud800'.repeat(1000))).toBeGreaterThan(0);
  });
});

test.each([
  ['openai/gpt-5.1-codex', true],
  ['ft:gpt-4o-mini:org', true],
  ['o3', true],
  ['gpt-3.5-turbo', true],
  ['gpt-oss-120b', true],
  ['claude-sonnet-4-5', false],
  ['gemini-2.5-pro', false],
  ['o365-thing', false],
])('%s has a public tokenizer: %p', (model, known) => {
  expect(tokenizerOf(traitsByName(model)) !== undefined).toBe(known);
});

test('a meter counts what fits its sample, and takes the rest to be of its kind', () => {
  const count = counter('gpt-4o');
  const exact = openOutputMeter(count);
  const escaped = openOutputMeter(count);
  const encoder = new TextEncoder();
  for (let at = 0; at < page.length; at += 7) {
    const piece = page.slice(at, at + 7);
    exact.text(piece);
    const bytes = encoder.encode(JSON.stringify(piece));
    escaped.escaped(bytes, 1, bytes.length - 1);
    if (at === 7000) {
      const whole = count(page.slice(0, 7007));
      expect(exact.tokens).toBe(whole);
      expect(escaped.tokens).toBe(whole);
      exact.reported();
    }
  }
  const whole = count(page);
  for (const meter of [exact, escaped])
    expect(meter.tokens).toBeWithin(Math.floor(whole * 0.9), Math.ceil(whole * 1.1));
  expect(exact.unreported).toBeWithin(Math.floor(exact.tokens * 0.5), Math.ceil(exact.tokens * 0.8));
  // A report that tells no more output than the one before says nothing of what came since.
  escaped.reported(0);
  expect(escaped.unreported).toBe(escaped.tokens);
  exact.reported(5);
  expect(exact.unreported).toBe(0);
});
