import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { traitsByName } from './by-name.ts';
import type { ModelTraits } from './traits.ts';

const budget = (least: number, most: number, always = false) => ({ by: 'budget', least, most, always }) as const;

test.each<[string, Partial<ModelTraits>]>([
  ['claude-3-haiku-20240307', { family: 'claude', version: 300, reasoning: { by: 'none' }, sampling: 'all' }],
  ['claude-3-7-sonnet-20250219', { version: 307, reasoning: budget(1024, 128_000), sampling: 'all' }],
  ['claude-opus-4-1', { version: 401, sampling: 'one', schemas: true }],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', { version: 405, cachePoints: { inTools: true, hour: true } }],
  ['anthropic/claude-opus-4.6', { version: 406, resold: true }],
  ['claude-opus-4-7', { version: 407, sampling: 'none' }],
  [
    'claude-mythos-preview',
    { version: 500, reasoning: { by: 'effort', efforts: ['low', 'medium', 'high', 'xhigh', 'max'], always: true } },
  ],
  ['claude-opus-latest', { family: 'claude', version: undefined, reasoning: undefined }],
  ['gemini-1.5-pro', { family: 'gemini', version: 105, reasoning: { by: 'none' } }],
  ['gemini-2.5-pro', { version: 205, reasoning: budget(128, 32_768, true) }],
  ['gemini-2.5-flash-lite', { reasoning: budget(512, 24_576) }],
  ['gemini-3-pro-preview', { version: 300, reasoning: { by: 'effort', efforts: ['low', 'high'], always: true } }],
  ['gemini-flash-latest', { version: 305 }],
  ['gemini-exp-1206', { family: 'gemini', version: undefined, reasoning: undefined }],
  ['gpt-4o', { family: 'gpt', version: 400, reasoning: { by: 'none' }, refusesMaxTokens: false, encoding: 'o200k' }],
  ['gpt-35-turbo', { family: 'gpt', version: 305, reasoning: { by: 'none' } }],
  ['GPT-5', { version: 500, reasoning: { by: 'effort', efforts: undefined, always: false }, sampling: 'none' }],
  ['gpt-5-chat-latest', { version: 500, reasoning: { by: 'none' }, refusesMaxTokens: true }],
  ['gpt-5.1-codex-max', { version: 501, onlyBy: 'openai-responses' }],
  ['openai/gpt-5.1-codex-max', { version: 501, onlyBy: undefined, resold: true }],
  ['o3-deep-research', { onlyBy: 'openai-responses', searches: true, refusesMaxTokens: true }],
  ['o4-mini', { reasoning: { by: 'effort', efforts: ['low', 'medium', 'high'], always: false }, onlyBy: undefined }],
  ['computer-use-preview', { family: undefined, onlyBy: 'openai-responses', encoding: 'o200k' }],
  ['ft:gpt-4o-mini:org', { family: 'gpt', encoding: 'o200k' }],
  [
    'openai.gpt-oss-120b-1:0',
    { family: 'gpt-oss', schemas: true, reasoning: { by: 'effort', efforts: undefined, always: true } },
  ],
  ['amazon.nova-2-lite-v1:0', { family: 'nova', version: 200, cachePoints: { inTools: false, hour: false } }],
  ['us.amazon.nova-pro-v1:0', { family: 'nova', version: 100, reasoning: undefined }],
  ['deepseek-chat', { family: 'deepseek', schemas: false, reasonsUnasked: false }],
  ['deepseek-reasoner', { family: 'deepseek', schemas: false, reasonsUnasked: undefined }],
  ['deepseek/deepseek-v3.2', { family: 'deepseek', schemas: undefined, resold: true }],
  ['deepseek.v3-v1:0', { schemas: true }],
  ['moonshotai/kimi-k2', { family: 'kimi', schemas: true }],
  ['x-ai/grok-4', { family: 'grok' }],
  ['prod', { family: undefined, version: undefined, reasoning: undefined, schemas: undefined, resold: false }],
])('%s', (name, traits) => {
  expect(traitsByName(name)).toMatchObject(traits);
});

describe('a model that is called otherwise where it runs', () => {
  test('is resold only where it is', () => {
    expect(traitsByName('gpt-5-pro', true)).toMatchObject({ family: 'gpt', resold: true, onlyBy: undefined });
    expect(traitsByName('openai/gpt-5-pro', false)).toMatchObject({ family: 'gpt', onlyBy: 'openai-responses' });
  });
});

test('whatever a model is called, something is known of it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', 'claude-', 'gpt-', 'gemini-', 'o', 'nova-'),
      (text, start) => {
        const traits = traitsByName(start + text);
        expect(Object.keys(traits).toSorted()).toEqual(Object.keys(traitsByName('')).toSorted());
        expect(traits.version === undefined || Number.isInteger(traits.version)).toBe(true);
      },
    ),
  );
});
