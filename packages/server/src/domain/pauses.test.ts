import { describe, expect, test } from 'bun:test';
import { findProvider } from '../providers/index.ts';
import type { AnyProvider } from '../providers/define.ts';
import { retryAfterMs, statedPause, withPause } from './pauses.ts';

const at = Date.UTC(2026, 2, 31, 12);
const failure = (message: string) => ({ status: 429, message, type: undefined, code: undefined, param: undefined });
const provider = (id: string): AnyProvider => {
  const found = findProvider(id);
  if (!found) throw new Error(id);
  return found;
};
/** What a refusal of a vendor's states, by its message, body and headers. */
const pauseOf = (id: string, message: string, headers: Readonly<Record<string, string>> = {}, body = '{}') =>
  statedPause(withPause(failure(message), provider(id), body, at), (name) => headers[name], provider(id), at);

test('Retry-After in seconds and as a date', () => {
  expect(retryAfterMs('41', 0)).toBe(41_000);
  expect(retryAfterMs('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6000);
  expect(retryAfterMs('soon', 0)).toBeUndefined();
  expect(retryAfterMs('-5', 0)).toBeUndefined();
  for (const absurd of ['1e400', '1e12', 'Fri, 31 Dec 9999 23:59:59 GMT'])
    expect(retryAfterMs(absurd, 0)).toBe(7 * 86_400_000);
  expect(retryAfterMs(undefined, 0)).toBeUndefined();
});

describe('in words, of the vendors that have some', () => {
  test.each([
    ['openai', 'Rate limit reached for m on tokens per min (TPM): Limit 10, Used 9. Please try again in 1.2s.', 1200],
    ['openai', 'Rate limit reached on requests per day (RPD). Please try again in 7m12s. Visit x.', 432_000],
    ['groq', 'Rate limit reached for model m. Please try again in 7m26.4s.', 446_400],
    ['azure-openai', 'Requests have exceeded the call rate limit. Please retry after 6 seconds.', 6000],
    ['gemini', 'You exceeded your current quota. Please retry in 26.66s.', 26_660],
    ['vertex', 'Quota exceeded. Please retry in 9h2m3s.', 32_523_000],
    [
      'anthropic',
      'You have reached your specified API usage limits. You will regain access on 2026-04-01 at 00:00 UTC.',
      43_200_000,
    ],
    ['openrouter', 'Provider returned error (Please try again in 345ms)', 345],
    ['custom', 'Rate limit of 10 per 60s exceeded. Please wait 46 seconds before retrying.', 46_000],
    ['openai', 'Please try again in a while.', undefined],
    ['openai', 'The word 5s says nothing.', undefined],
    ['anthropic', 'Please try again in 5s.', undefined],
  ] as const)('%s: %s', (id, message, ms) => {
    expect(pauseOf(id, message)).toBe(ms);
  });
});

test('in members of the body', () => {
  const codex = '{"error":{"type":"usage_limit_reached","message":"m","resets_in_seconds":90}}';
  expect(pauseOf('codex', 'm', {}, codex)).toBe(90_000);
  const relayed = `{"error":{"metadata":{"headers":{"X-RateLimit-Reset":"${at + 42_000}"}}}}`;
  expect(pauseOf('openrouter', 'm', {}, relayed)).toBe(42_000);
  expect(pauseOf('openrouter', 'm', {}, '{"error":{"metadata":{"headers":{"X-RateLimit-Reset":[]}}}}')).toBeUndefined();
  expect(pauseOf('openai', 'm', {}, relayed)).toBeUndefined();
  expect(pauseOf('openrouter', 'm', {}, 'no JSON')).toBeUndefined();
});

describe('in headers', () => {
  test('that everybody has come first', () => {
    const words = 'Please try again in 1s.';
    expect(pauseOf('openai', words, { 'retry-after': '7' })).toBe(7000);
    expect(pauseOf('openai', words, { 'retry-after': '7', 'retry-after-ms': '1250' })).toBe(1250);
    expect(pauseOf('anthropic', '', { 'retry-after': '7' })).toBe(7000);
  });

  test('of the limit that is used up, not of others', () => {
    const openai = {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '6m0s',
      'x-ratelimit-remaining-tokens': '5000',
      'x-ratelimit-reset-tokens': '24h',
    };
    expect(pauseOf('openai', 'm', openai)).toBe(360_000);
    expect(pauseOf('deepseek', 'm', openai)).toBe(360_000);
    expect(pauseOf('openai', 'm', { 'x-ratelimit-reset-requests': '6m0s' })).toBeUndefined();
    const anthropic = {
      'anthropic-ratelimit-requests-remaining': '12',
      'anthropic-ratelimit-requests-reset': '2026-03-31T13:00:00Z',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-03-31T12:00:30Z',
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-03-31T12:00:20Z',
    };
    expect(pauseOf('anthropic', 'm', anthropic)).toBe(30_000);
  });
});
