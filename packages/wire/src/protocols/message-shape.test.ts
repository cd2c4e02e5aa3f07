import { describe, expect, test } from 'bun:test';
import type { Json } from '../protocol.ts';
import { inspectMessages } from './anthropic-messages/inspect.ts';
import { inspectGemini } from './gemini/inspect.ts';
import { inspectChat } from './openai-chat/inspect.ts';
import { inspectResponses } from './openai-responses/inspect.ts';

const limits = { maxOutputTokens: 1000, maxChoices: 8 };

type Inspected = ReturnType<typeof inspectChat>;
const protocols: readonly (readonly [string, string, string, (message: Json) => Inspected])[] = [
  ['openai-chat', 'messages', 'content', (m) => inspectChat('chat', { model: 'm', messages: [m] }, limits)],
  ['openai-responses', 'input', 'content', (m) => inspectResponses('chat', { model: 'm', input: [m] }, limits)],
  ['anthropic-messages', 'messages', 'content', (m) => inspectMessages('chat', { model: 'm', messages: [m] }, limits)],
  ['gemini', 'contents', 'parts', (m) => inspectGemini('chat', { contents: [m] }, limits, { model: 'm' })],
];

const paramOf = (seen: Inspected): string | null | undefined => ('invalid' in seen ? seen.param : undefined);

describe.each(protocols)('%s refuses what no protocol allows', (_, list, content, inspect) => {
  test.each([[1], [true], [[]], [{}], [['user']]])('a role that is %j', (role) => {
    expect(paramOf(inspect({ role, [content]: [{ text: 'x' }] }))).toBe(`${list}[0].role`);
  });

  test.each([[3], [false], [{ text: 'x' }]])('what is said as %j', (said) => {
    expect(paramOf(inspect({ role: 'user', [content]: said }))).toBe(`${list}[0].${content}`);
  });

  test.each([[3], [null], [true], [[]]])('a part that is %j', (part) => {
    expect(paramOf(inspect({ role: 'user', [content]: [{ text: 'x' }, part] }))).toBe(`${list}[0].${content}[1]`);
  });

  test.each([[null], ['user'], [7]])('a message that is %j', (message) => {
    expect(paramOf(inspect(message))).toBe(`${list}[0]`);
  });

  test.each([
    { role: 'user', [content]: [{ text: 'x', later: 1 }] },
    { role: 'a-role-of-tomorrow', [content]: [] },
    { role: 'assistant', [content]: null, tool_calls: null },
    { [content]: [{ text: 'x' }] },
  ])('and nothing else: %j', (message) => {
    expect(paramOf(inspect(message))).toBeUndefined();
  });
});

test('calls of tools are objects', () => {
  for (const calls of [1, 'x', {}, [1]])
    expect(
      paramOf(inspectChat('chat', { model: 'm', messages: [{ role: 'assistant', tool_calls: calls }] }, limits)),
    ).toBe('messages[0].tool_calls');
});

test('items that are no messages are left to their provider', () => {
  const item = { type: 'something_call', content: { any: 'thing' } };
  expect(paramOf(inspectResponses('chat', { model: 'm', input: [item] }, limits))).toBeUndefined();
});
