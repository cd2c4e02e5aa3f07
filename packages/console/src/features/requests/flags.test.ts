import { expect, test } from 'bun:test';
import { guardOf, usedTools } from './flags.ts';

const attempt = {
  channelId: 'c',
  credential: 0,
  status: 400,
  durationMs: 1,
  startedMs: 0,
  connectMs: null,
  headMs: 1,
};
const plain = { usage: { inputText: 10 }, errorCode: null, attempts: [{ ...attempt, cause: 'ok' }] };

test('tools that the provider runs are told by what it counted; a search unit of reranking is no tool', () => {
  expect(usedTools({ operation: 'chat', usage: { inputText: 10, searches: 0 } })).toBe(false);
  expect(usedTools({ operation: 'chat', usage: { searches: 2 } })).toBe(true);
  expect(usedTools({ operation: 'responses', usage: { toolCalls: 1 } })).toBe(true);
  expect(usedTools({ operation: 'responses', usage: { fileSearches: 1 } })).toBe(true);
  expect(usedTools({ operation: 'rerank', usage: { searches: 1 } })).toBe(false);
});

test('a guard is the gateway’s blocked words, or a provider’s filter as far as it is known', () => {
  expect(guardOf(plain)).toBeUndefined();
  expect(guardOf({ ...plain, errorCode: 'invalid_request' })).toBeUndefined();
  expect(guardOf({ ...plain, errorCode: 'sensitive_words_detected', attempts: [] })).toBe('gateway');
  expect(guardOf({ ...plain, attempts: [{ ...attempt, cause: 'content_filter' }] })).toBe('provider');
  expect(guardOf({ ...plain, errorCode: 'content_filter', attempts: [] })).toBe('provider');
  expect(guardOf({ ...plain, usage: { refusals: 1 } })).toBe('provider');
});
