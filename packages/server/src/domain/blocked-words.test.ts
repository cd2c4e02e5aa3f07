import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { compileBlockedWords } from './blocked-words.ts';

const find = compileBlockedWords(['Bad Word', 'ass', '敏感', 'naïve', 'c++', 'hers', 'she', 'ＷＩＤＥ']);
const said = (text: string) => find({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] });

test.each([
  ['so a BAD word it is', 'Bad Word'],
  ['bad words', undefined],
  ['class assessment', undefined],
  ['you ass!', 'ass'],
  ['ass', 'ass'],
  ['这是敏感内容', '敏感'],
  ['敏 感', undefined],
  ['NAÏVE', 'naïve'],
  ['I like c++.', 'c++'],
  ['objc++', undefined],
  ['ushers', undefined],
  ['us hers', 'hers'],
  ['a wide street', 'ＷＩＤＥ'],
  ['', undefined],
] as const)('%p has %p', (text, word) => expect(said(text)).toBe(word as never));

test('every text of a request is read, but for what nobody reads', () => {
  expect(find({ system: 'ass' })).toBe('ass');
  expect(find({ contents: [{ parts: [{ text: 'x' }, { text: 'she' }] }] })).toBe('she');
  expect(find({ input: ['fine', 'an ass'] })).toBe('ass');
  expect(find({ ass: 1, n: [null, true, 2] })).toBeUndefined();
  expect(find({ image_url: { url: 'data:image/png;base64,ass' } })).toBeUndefined();
  expect(find({ source: { type: 'base64', data: 'ass' }, signature: 'ass', encrypted_content: 'ass' })).toBeUndefined();
});

test.each([
  [{ type: 'input_audio_buffer.append', audio: 'ass' }],
  [{ item: { content: [{ type: 'input_audio', audio: 'ass' }] } }],
  [{ messages: [{ content: [{ type: 'input_audio', input_audio: { data: 'ass', format: 'wav' } }] }] }],
  [{ messages: [{ content: [{ type: 'redacted_thinking', data: 'ass' }] }] }],
  [{ messages: [{ reasoning_details: [{ type: 'reasoning.encrypted', data: 'ass' }] }] }],
  [{ contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'ass' } }] }] }],
  [{ contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data: 'ass' } }] }] }],
  [{ realtimeInput: { audio: { mimeType: 'audio/pcm', data: 'ass' } } }],
  [{ input: [{ type: 'audio', mime_type: 'audio/wav', data: 'ass' }] }],
])('sound, pictures and sealed reasoning are not read: %j', (json) => expect(find(json)).toBeUndefined());

test.each([
  [{ type: 'tool_use', input: { audio: 'ass' } }],
  [{ type: 'tool_use', input: { deep: [{ type: 'input_audio', audio: 'ass' }] } }],
  [{ type: 'mcp_tool_use', input: { type: 'base64', media_type: 'image/png', data: 'ass', signature: 'x' } }],
  [{ parts: [{ functionCall: { name: 'f', args: { data: 'ass' } } }] }],
  [{ parts: [{ functionResponse: { name: 'f', response: { mimeType: 'image/png', data: 'ass' } } }] }],
  [{ tools: [{ function: { parameters: { properties: { x: { default: { type: 'audio', audio: 'ass' } } } } } }] }],
  [{ tools: [{ input_schema: { examples: [{ signature: 'ass' }] } }] }],
  [{ documents: [{ id: '1', data: 'ass' }] }],
  [{ source: { type: 'text', media_type: 'text/plain', data: 'ass' } }],
  [{ role: 'user', content: 'x', audio: 'ass' }],
  [{ text: 'data: ass' }],
  [{ text: 'data:text/plain, ass' }],
  [{ text: 'data:text/plain;base64,敏感' }],
])('what only looks like them is read: %j', (json) => expect(find(json)).toBeDefined());

test('the same is found as by looking for each word by itself', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '敏', '感'), maxLength: 30 });
  const words = fc.array(fc.string({ unit: fc.constantFrom('敏', '感'), minLength: 1, maxLength: 4 }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(letters, words, (text, list) => {
      const found = compileBlockedWords(list)({ text });
      expect(found !== undefined).toBe(list.some((word) => text.includes(word)));
      if (found !== undefined) expect(text).toContain(found);
    }),
  );
});
