import { expect, test } from 'bun:test';
import { undatedNames } from './undated.ts';

test.each([
  ['gpt-5-2025-08-07', ['gpt-5']],
  ['gpt-4o-mini-2024-07-18', ['gpt-4o-mini']],
  ['openai/gpt-5-2025-08-07', ['openai/gpt-5']],
  ['claude-sonnet-4-5-20250929', ['claude-sonnet-4-5']],
  ['claude-sonnet-4-5@20250929', ['claude-sonnet-4-5']],
  ['gemini-2.5-flash-preview-09-2025', ['gemini-2.5-flash']],
  ['gemini-2.0-flash-001', ['gemini-2.0-flash']],
  ['gpt-5-latest', ['gpt-5']],
  ['us.anthropic.claude-opus-4-6-v1', ['anthropic.claude-opus-4-6-v1']],
  [
    'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic.claude-sonnet-4-5'],
  ],
])('%s may be known as %j', (name, names) => {
  expect(undatedNames(name)).toEqual(names);
});

test.each([
  'gpt-5',
  'gpt-4-1106-preview',
  'kimi-k2-0905',
  'o1-preview',
  'ft:gpt-4o-2024-08-06:org::id',
  '-latest',
  '',
  'us.model',
])('%s has no other name', (name) => {
  expect(undatedNames(name)).toEqual([]);
});
