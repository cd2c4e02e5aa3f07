import { expect, test } from 'bun:test';
import { nearest } from './nearest.ts';

test('nearest finds slips and leaves strangers alone', () => {
  expect(nearest('opnai', ['openai', 'azure-openai', 'groq'])).toBe('openai');
  expect(nearest('zzzzzz', ['openai', 'groq'])).toBeUndefined();
});
