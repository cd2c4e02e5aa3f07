import { expect, test } from 'bun:test';
import {
  estimateSpoken,
  modelInPath,
  readLiveInput,
  readLiveOutput,
  readLiveSetup,
  readLiveUsage,
  withLockedSetup,
} from './live.ts';

test.each([
  ['models/gemini-live', 'gemini-live'],
  ['gemini-live', 'gemini-live'],
  ['publishers/google/models/gemini-live', 'gemini-live'],
  ['projects/p/locations/us-central1/publishers/google/models/gemini-live', 'gemini-live'],
  ['models/', ''],
  ['', ''],
])('a model is named at the end of its path: %s', (path, name) => {
  expect(modelInPath(path)).toBe(name);
});

test('a setup is read in both spellings, but not in both at once', () => {
  const setup = { model: 'models/m', generation_config: { max_output_tokens: 7 }, session_resumption: { handle: 'h' } };
  expect(readLiveSetup({ setup })).toEqual({
    model: 'm',
    setup: { model: 'models/m', generationConfig: { max_output_tokens: 7 }, sessionResumption: { handle: 'h' } },
    maxOutputTokens: 7,
    resumes: 'h',
  });
  expect(
    readLiveSetup({ setup: { model: 'm', tools: [], generation_config: {}, generationConfig: {} } }),
  ).toMatchObject({
    param: 'setup.generation_config',
  });
  for (const no of [{}, { setup: [] }, { setup: {} }, { setup: { model: 'm' }, realtimeInput: {} }])
    expect(readLiveSetup(no)).toHaveProperty('invalid');
  expect(readLiveSetup({ setup: { model: 'm', generationConfig: { maxOutputTokens: 0 } } })).toHaveProperty('invalid');
});

test('what a client says is counted for no less than it is, and what asks for an answer is known', () => {
  // A second of sound, 16 000 samples of 16 bits: 25 tokens.
  const second = 'A'.repeat((32_000 * 4) / 3);
  const sound = readLiveInput({ realtime_input: { audio: { mime_type: 'audio/pcm', data: second } } });
  expect(sound.tokens).toBeGreaterThanOrEqual(25);
  expect(sound.asks).toBe(false);
  expect(readLiveInput({ realtimeInput: { video: { mimeType: 'image/jpeg', data: 'AAAA' } } }).tokens).toBeGreaterThan(
    257,
  );
  expect(readLiveInput({ realtimeInput: { text: 'Hello there' } })).toMatchObject({ asks: true });
  expect(readLiveInput({ realtimeInput: { activityEnd: {} } })).toMatchObject({ asks: true });
  expect(readLiveInput({ clientContent: { turns: [], turnComplete: false } })).toMatchObject({ asks: false });
  expect(readLiveInput({ client_content: { turns: [] } })).toMatchObject({ asks: true });
  expect(readLiveInput({ setup: {} })).toMatchObject({ isSetup: true });
  const file = { file_data: { file_uri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } };
  expect(readLiveInput({ clientContent: { turns: [{ parts: [file] }] } }).resources).toHaveLength(1);
  expect(readLiveInput({ toolResponse: { functionResponses: [{ parts: [file] }] } }).resources).toHaveLength(1);
});

test('what a server says: its usage by kind, what ends a generation, how to go on', () => {
  const usageMetadata = {
    promptTokenCount: 100,
    cachedContentTokenCount: 10,
    responseTokenCount: 30,
    thoughtsTokenCount: 4,
    totalTokenCount: 134,
    promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 60 }],
    responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 25 }],
  };
  expect(readLiveUsage(usageMetadata)).toEqual({
    cacheRead: 10,
    inputAudio: 60,
    inputText: 30,
    outputAudio: 25,
    outputText: 9,
    reasoning: 4,
  });
  // As Vertex AI calls it.
  expect(readLiveUsage({ promptTokenCount: 3, candidatesTokenCount: 2 })).toMatchObject({
    inputText: 3,
    outputText: 2,
  });
  expect(readLiveUsage({})).toBeUndefined();
  expect(readLiveOutput({ toolCall: {} })).toMatchObject({ speaks: true, ends: true });
  expect(readLiveOutput({ serverContent: { turnComplete: true } })).toMatchObject({ speaks: false, ends: true });
  expect(readLiveOutput({ serverContent: { generationComplete: true } })).toMatchObject({ ends: false });
  expect(readLiveOutput({ sessionResumptionUpdate: { newHandle: 'h' } }).handle).toBe('h');
  const parts = [{ inlineData: { data: 'A'.repeat(64_000) } }, { text: 'four' }];
  expect(estimateSpoken({ serverContent: { modelTurn: { parts } } })).toBe(26);
});

test('what a token locks stands in the place of what its bearer says', () => {
  const said = { model: 'models/m', generationConfig: { temperature: 2, topK: 3 }, tools: [{}] };
  const locked = { generationConfig: { temperature: 0 } };
  expect(withLockedSetup(said, locked, [])).toEqual({ model: 'models/m', ...locked });
  expect(withLockedSetup(said, locked, ['generationConfig.temperature', 'tools'])).toEqual({
    model: 'models/m',
    generationConfig: { temperature: 0, topK: 3 },
  });
  const snake = { generationConfig: { top_k: 1 } };
  expect(withLockedSetup({ generationConfig: { top_k: 3 } }, snake, ['generation_config.top_k'])).toEqual({
    generationConfig: { topK: 1 },
  });
  expect(withLockedSetup({}, locked, ['generationConfig.topP'])).toEqual({ generationConfig: {} });
});
