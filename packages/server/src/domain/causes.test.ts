import { describe, expect, test } from 'bun:test';
import { causeOf, causeTable } from './causes.ts';

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

  test('a quota that is full again at a stated time is a limit', () => {
    const vendor = { phrases: { quota_exhausted: ['pocket is empty'] }, pauses: { words: ['come back in'] } };
    expect(causeOf(failure(429, 'Pocket is empty. Come back in 5s.'), vendor)).toBe('rate_limited');
    expect(causeOf({ ...failure(429, 'pocket is empty'), retryAfterMs: 1 }, vendor)).toBe('rate_limited');
    expect(causeOf(failure(429, 'pocket is empty'), vendor)).toBe('quota_exhausted');
    expect(causeOf(failure(402, 'Pocket is empty. Come back in 5s.'), vendor)).toBe('quota_exhausted');
  });

  test('without phrases of its vendor a refusal is known by its status alone', () => {
    expect(causeOf(failure(400, 'pocket is empty'), {})).toBe('bad_request');
    expect(causeOf(failure(402), {})).toBe('quota_exhausted');
  });

  test('a request the upstream refuses is neither retried nor held against it', () => {
    expect(causeTable.bad_request).toMatchObject({ retry: false, health: 'success', passOn: true });
  });
});
