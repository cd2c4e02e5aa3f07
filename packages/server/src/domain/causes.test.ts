import { describe, expect, test } from 'bun:test';
import { causeOf, causeTable, retryAfterMs } from './causes.ts';

const failure = (status: number, message = '', code?: string) => ({
  status,
  message,
  type: undefined,
  code,
  param: undefined,
});

describe('causes', () => {
  test.each([
    [failure(400), 'bad_request'],
    [failure(400, 'Your POCKET is empty'), 'quota_exhausted'],
    [failure(403, '', 'pocket is empty'), 'quota_exhausted'],
    [failure(429, 'pocket is empty'), 'quota_exhausted'],
    [failure(404, 'pocket is empty'), 'not_found'],
    [failure(400, '', 'bad_words'), 'content_filter'],
    [failure(500, '', 'bad_words'), 'server_error'],
    [failure(401), 'auth'],
    [failure(402), 'quota_exhausted'],
    [failure(403), 'auth'],
    [failure(404), 'not_found'],
    [failure(408), 'request_timeout'],
    [failure(409), 'conflict'],
    [failure(422), 'bad_request'],
    [failure(429), 'rate_limited'],
    [failure(302), 'redirect'],
    [failure(500), 'server_error'],
    [failure(529), 'server_error'],
  ] as const)('%o', (given, expected) => {
    expect(causeOf(given, { phrases: { quota_exhausted: ['pocket is empty'], content_filter: ['bad_words'] } })).toBe(
      expected,
    );
  });

  test('without phrases of its vendor a refusal is known by its status alone', () => {
    expect(causeOf(failure(400, 'pocket is empty'), {})).toBe('bad_request');
    expect(causeOf(failure(402), {})).toBe('quota_exhausted');
  });

  test('a request the upstream refuses is neither retried nor held against it', () => {
    expect(causeTable.bad_request).toMatchObject({ retry: false, health: 'success', passOn: true });
  });

  test('Retry-After in seconds and as a date', () => {
    expect(retryAfterMs('41', 0)).toBe(41_000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6000);
    expect(retryAfterMs('soon', 0)).toBeUndefined();
    expect(retryAfterMs('-5', 0)).toBeUndefined();
    for (const absurd of ['1e400', '1e12', 'Fri, 31 Dec 9999 23:59:59 GMT'])
      expect(retryAfterMs(absurd, 0)).toBe(7 * 86_400_000);
    expect(retryAfterMs(undefined, 0)).toBeUndefined();
  });
});
