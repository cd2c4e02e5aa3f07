import { expect, test } from 'bun:test';
import { serves } from '../domain/model-operations.ts';
import { modelFacts } from './models.ts';

test.each([
  ['gpt-5', { contextTokens: 400_000, maxOutputTokens: 128_000, input: ['text', 'image'], output: ['text'] }],
  ['claude-sonnet-4-5', { maxOutputTokens: 64_000 }],
  ['gemini-2.5-flash-preview-tts', { output: ['audio'] }],
])('of %s is known %j', (name, facts) => {
  expect(modelFacts(name)).toMatchObject(facts);
});

test.each([
  ['gpt-5', true],
  ['claude-sonnet-4-5', true],
  ['gemini-2.5-flash-image', true],
  // Google's are asked for speech as for text.
  ['gemini-2.5-flash-preview-tts', true],
  ['text-embedding-3-small', false],
  ['gpt-image-1', false],
  ['whisper-large-v3', false],
  ['rerank-qa-mistral-4b', true],
])('%s chats: %p', (name, chats) => {
  expect(serves(modelFacts(name)?.operations, 'chat')).toBe(chats);
});

test.each([
  ['text-embedding-3-small', true],
  ['gemini-embedding-001', true],
  ['gpt-5', false],
  ['claude-sonnet-4-5', false],
  // Open weights may be asked for them on a server of one's own.
  ['deepseek-chat', true],
])('%s gives embeddings: %p', (name, gives) => {
  expect(serves(modelFacts(name)?.operations, 'embeddings')).toBe(gives);
});

test.each([
  ['omni-moderation-latest', 'moderations', true],
  ['omni-moderation-latest', 'chat', false],
  ['whisper-1', 'transcriptions', true],
  ['whisper-1', 'translations', true],
  ['whisper-1', 'images', false],
  ['tts-1', 'speech', true],
  ['tts-1', 'chat', false],
  ['gpt-image-1', 'image-edits', true],
  ['dall-e-3', 'images', true],
  ['gpt-5', 'images', false],
  ['gpt-5', 'tokenize', true],
  ['gemini-2.5-flash-image', 'images', true],
  ['text-embedding-3-small', 'embed-content', true],
  ['text-embedding-3-small', 'rerank', false],
] as const)('%s can be asked for %s: %p', (name, operation, can) => {
  expect(serves(modelFacts(name)?.operations, operation)).toBe(can);
});

test('nothing is known of a model that is in no catalogue', () => {
  expect(modelFacts('prod')).toBeUndefined();
  expect(modelFacts('constructor')).toBeUndefined();
});

test('what a model is called, and when it goes, is known', () => {
  expect(modelFacts('gpt-4.1')).toMatchObject({ displayName: 'GPT-4.1', retiresOn: '2027-01-14' });
  expect(modelFacts('gpt-5.5')).toMatchObject({ displayName: 'GPT-5.5', retiresOn: undefined });
});
