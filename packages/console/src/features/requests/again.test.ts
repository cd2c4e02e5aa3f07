import { expect, test } from 'bun:test';
import { curlOf } from './again.ts';

const chat = { protocol: 'anthropic-messages', operation: 'chat', model: "o'model", stream: true };

test('a command asks the same endpoint for the same model, with a key that is in the environment', () => {
  expect(curlOf(chat, 'https://gate.example')).toBe(
    [
      `curl -N 'https://gate.example/v1/messages' \\`,
      `  -H "x-api-key: $TOLLGATE_KEY" \\`,
      `  -H "anthropic-version: 2023-06-01" \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -d '{"model":"o'\\''model","max_tokens":1024,"stream":true,"messages":[{"role":"user","content":"Hello"}]}'`,
    ].join('\n'),
  );
  expect(curlOf({ ...chat, protocol: 'gemini', model: 'gemini-2.5-pro', stream: false }, 'http://g')).toContain(
    "'http://g/v1beta/models/gemini-2.5-pro:generateContent'",
  );
});

test('what takes a file, or named no model, has none', () => {
  expect(curlOf({ ...chat, protocol: 'openai-chat', operation: 'transcriptions' }, 'http://g')).toBeUndefined();
  expect(curlOf({ ...chat, model: '' }, 'http://g')).toBeUndefined();
});
