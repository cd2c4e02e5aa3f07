import { expect, test } from 'bun:test';
import type { JsonObject, ProtocolId } from '../protocol.ts';
import { withSystemPrompt, type SystemPrompt } from './system-prompt.ts';

const user = { role: 'user', content: 'Hi' };
const system = (content: string): JsonObject => ({ role: 'system', content });
const typed = (text: string): JsonObject => ({ type: 'text', text });

/** Of each protocol: what says nothing, and what says `Be kind.` in each way it can be said. */
const said: Readonly<Partial<Record<ProtocolId, readonly [JsonObject, (text: string) => JsonObject][]>>> = {
  'openai-chat': [[{ messages: [user] }, (text) => ({ messages: [system(text), user] })]],
  'openai-responses': [[{ input: 'Hi' }, (text) => ({ input: 'Hi', instructions: text })]],
  'gemini-interactions': [[{ input: 'Hi' }, (text) => ({ input: 'Hi', system_instruction: text })]],
  'anthropic-messages': [[{ messages: [user] }, (text) => ({ messages: [user], system: text })]],
};

const modes: readonly [SystemPrompt['mode'], string][] = [
  ['fallback', 'Be kind.'],
  ['set', 'Be short.'],
  ['prepend', 'Be short.\nBe kind.'],
  ['append', 'Be kind.\nBe short.'],
];

test.each(Object.keys(said) as ProtocolId[])('a text of %s', (protocol) => {
  for (const [nothing, saying] of said[protocol] ?? [])
    for (const [mode, text] of modes) {
      expect(withSystemPrompt(nothing, protocol, { text: 'Be short.', mode })).toEqual(saying('Be short.'));
      expect(withSystemPrompt(saying('Be kind.'), protocol, { text: 'Be short.', mode })).toEqual(saying(text));
    }
});

test('lists of parts get one more', () => {
  const prompt = { text: 'Be short.', mode: 'prepend' } as const;
  expect(withSystemPrompt({ system: [typed('Be kind.')] }, 'anthropic-messages', prompt)).toEqual({
    system: [typed('Be short.'), typed('Be kind.')],
  });
  expect(withSystemPrompt({ system_instruction: { parts: [{ text: 'Be kind.' }] } }, 'gemini', prompt)).toEqual({
    system_instruction: { parts: [{ text: 'Be short.' }, { text: 'Be kind.' }] },
  });
  expect(withSystemPrompt({}, 'gemini', prompt)).toEqual({ systemInstruction: { parts: [{ text: 'Be short.' }] } });
  expect(withSystemPrompt({}, 'bedrock-converse', prompt)).toEqual({ system: [{ text: 'Be short.' }] });
  expect(
    withSystemPrompt({ messages: [{ role: 'developer', content: [typed('Be kind.')] }] }, 'openai-chat', prompt),
  ).toEqual({ messages: [{ role: 'developer', content: [typed('Be short.'), typed('Be kind.')] }] });
});

test('what is said already stays the very same', () => {
  const prompt = { text: 'Be short.', mode: 'fallback' } as const;
  for (const [protocol, json] of [
    ['openai-chat', { messages: [{ role: 'developer', content: 'Be kind.' }] }],
    ['openai-responses', { input: [{ role: 'developer', content: 'Be kind.' }] }],
    ['anthropic-messages', { system: [typed('Be kind.')] }],
    ['gemini', { systemInstruction: { parts: [{ text: 'Be kind.' }] } }],
    ['bedrock-converse', { system: [{ text: 'Be kind.' }] }],
    ['cohere', { query: 'x' }],
  ] satisfies [ProtocolId, JsonObject][])
    expect(withSystemPrompt(json, protocol, prompt)).toBe(json);
});
