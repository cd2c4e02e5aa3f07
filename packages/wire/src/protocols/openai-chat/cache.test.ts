import { describe, expect, test } from 'bun:test';
import type { IrMessage } from '../../ir/request.ts';
import { named } from '../../models/testing/named.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { upstreams } from '../testing/codecs.ts';
import { chatIngress } from './ingress.ts';

const cache_control = { type: 'ephemeral', ttl: '1h' };
const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
/** Every kind of message, each with its breakpoint where LiteLLM's clients put it: on the whole. */
const messages: readonly JsonObject[] = [
  { role: 'system', content: 'Rules.', cache_control },
  { role: 'user', content: 'Hello', cache_control },
  { role: 'assistant', content: null, tool_calls: [call], cache_control },
  { role: 'tool', tool_call_id: 'c1', content: 'result', cache_control },
  { role: 'assistant', content: 'So.', cache_control },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ],
    prompt_cache_breakpoint: {},
  },
];

function read(list: readonly JsonObject[]) {
  const result = chatIngress.readRequest({ model: 'm', messages: list }, { operation: 'chat' });
  if ('invalid' in result) throw new Error(result.invalid);
  return result;
}

const caches = ({ parts }: IrMessage): readonly (number | undefined)[] =>
  parts.flatMap((part, i) => (part.cache ? [i, part.cache.ttlSeconds] : []));

function write(to: 'anthropic-messages' | 'openai-chat' | 'bedrock-converse' | 'gemini', model: string) {
  const egress = upstreams.get(to);
  if (!egress) throw new Error(to);
  return egress.writeRequest(read(messages).value, named(model));
}

const count = (json: Json, word: string): number => JSON.stringify(json).split(`"${word}"`).length - 1;

describe('a cache breakpoint on a whole message', () => {
  test('is one behind its last part', () => {
    const { value, losses } = read(messages);
    expect(value.messages.map(caches)).toEqual([
      [0, 3600],
      [0, 3600],
      [0, 3600],
      [0, 3600],
      [0, 3600],
      [1, undefined],
    ]);
    expect(losses).toEqual([]);
    expect(value.messages.every(({ extensions }) => extensions === undefined)).toBeTrue();
  });

  test('goes behind that of the part itself, and is told where there is no part', () => {
    const part = { type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '5m' } };
    const both = read([{ role: 'user', content: [part], cache_control }]);
    expect(both.value.messages.map(caches)).toEqual([[0, 300]]);
    const none = read([{ role: 'user', content: '', cache_control }]);
    expect(none.losses.map(({ path }) => path)).toEqual(['messages[0].cache_control']);
  });

  test('reaches Claude whichever way it is asked', () => {
    const anthropic = write('anthropic-messages', 'claude-sonnet-4-5');
    expect(count(anthropic.value, 'cache_control')).toBe(6);
    expect(anthropic.losses).toEqual([]);
    const bedrock = write('bedrock-converse', 'anthropic.claude-sonnet-4-5');
    expect(count(bedrock.value, 'cachePoint')).toBe(6);
    const chat = write('openai-chat', 'anthropic/claude-sonnet-4.5');
    // Chat has no place for one on a call; there it is told.
    expect(count(chat.value, 'cache_control')).toBe(5);
    expect(chat.losses.map(({ path }) => path)).toEqual(['messages[2].parts[0].cache']);
  });

  test('is told where nothing is cached by the hint', () => {
    const { value, losses } = write('gemini', 'gemini-2.5-pro');
    expect(count(value, 'cache_control')).toBe(0);
    expect(losses.filter(({ path }) => path.endsWith('.cache'))).toHaveLength(6);
  });
});
