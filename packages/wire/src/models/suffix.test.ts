import { expect, test } from 'bun:test';
import { readModelSuffix } from './suffix.ts';

test.each([
  ['claude-sonnet-4-5-thinking', 'claude-sonnet-4-5', { mode: 'on', summary: 'auto' }],
  ['anthropic/claude-opus-4.6-xhigh', 'anthropic/claude-opus-4.6', { mode: 'on', effort: 'xhigh' }],
  ['claude-opus-4-7-max', 'claude-opus-4-7', { mode: 'on', effort: 'max' }],
  ['gpt-5.1-high', 'gpt-5.1', { mode: 'on', effort: 'high' }],
  ['gpt-5.2-codex-xhigh', 'gpt-5.2-codex', { mode: 'on', effort: 'xhigh' }],
  ['gpt-5-none', 'gpt-5', { mode: 'off' }],
  ['o3-mini-high', 'o3-mini', { mode: 'on', effort: 'high' }],
  ['gemini-2.5-pro-thinking-8192', 'gemini-2.5-pro', { mode: 'on', summary: 'auto', budgetTokens: 8192 }],
  ['gemini-2.5-flash-thinking', 'gemini-2.5-flash', { mode: 'on', summary: 'auto' }],
  ['gemini-2.5-flash-nothinking', 'gemini-2.5-flash', { mode: 'off' }],
  ['gemini-3-pro-preview-low', 'gemini-3-pro-preview', { mode: 'on', effort: 'low' }],
  ['grok-3-mini-high', 'grok-3-mini', { mode: 'on', effort: 'high' }],
] as const)('%s asks %s to think %p', (name, model, reasoning) => {
  expect(readModelSuffix(name)).toMatchObject({ model, reasoning });
});

test.each([
  'gpt-5.1-codex-max',
  'gpt-4o-high',
  'kimi-k2-thinking',
  'moonshotai/kimi-k2-thinking',
  'qwen3-max',
  'claude-opus-4-6-none',
  'claude-sonnet-4-5-thinking-2000',
  'gpt-5-thinking',
  'grok-4-high',
  'o1',
  '-high',
  '',
])('%s is just a name', (name) => {
  expect(readModelSuffix(name)).toBeUndefined();
});
