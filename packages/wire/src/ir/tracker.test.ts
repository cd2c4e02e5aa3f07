import { describe, expect, test } from 'bun:test';
import { assemble } from './assemble.ts';
import { inOrder } from './in-order.ts';
import { openTracker } from './tracker.ts';
import { unwrapSignature, wrapSignature } from './signature.ts';

const types = (events: readonly { readonly type: string }[]): string[] => events.map(({ type }) => type);

describe('the tracker', () => {
  test('closes reasoning when text starts, and everything at the end', () => {
    const tracker = openTracker('r1');
    tracker.start({ id: 'x', model: 'm' });
    tracker.reasoning(0, 'hm');
    tracker.signature(0, { by: 'anthropic-messages', value: 'sig' });
    tracker.text(0, 'a');
    tracker.text(0, 'b');
    tracker.finish(0, { reason: 'stop' });
    expect(tracker.finished).toBe(true);
    tracker.usage({ inputText: 1, outputText: 2 });
    tracker.end();
    tracker.end();
    expect(types(tracker.take())).toEqual([
      'response-start',
      'reasoning-start',
      'reasoning-delta',
      'signature',
      'reasoning-end',
      'text-start',
      'text-delta',
      'text-delta',
      'usage',
      'text-end',
      'finish',
      'response-end',
    ]);
    expect(tracker.take()).toEqual([]);
  });

  test('keeps interleaved tool calls apart, and in-order puts one behind the other', () => {
    const tracker = openTracker('r1');
    tracker.toolCall(0, 0, { callId: 'a', name: 'one' }, '{"x":');
    tracker.toolCall(0, 1, { callId: 'b', name: 'two' }, '{"y":');
    tracker.toolCall(0, 0, {}, '1}');
    tracker.toolCall(0, 1, {}, '2}');
    tracker.finish(0, { reason: 'tool-calls' });
    tracker.end();
    const events = tracker.take();
    expect(assemble(events).choices[0]?.parts).toEqual([
      { type: 'tool-call', callId: 'a', name: 'one', kind: 'function', arguments: '{"x":1}' },
      { type: 'tool-call', callId: 'b', name: 'two', kind: 'function', arguments: '{"y":2}' },
    ]);
    const order = inOrder();
    const sorted = events.flatMap((event) => order(event));
    expect(types(sorted)).toEqual([
      'response-start',
      'tool-call-start',
      'tool-call-arguments-delta',
      'tool-call-arguments-delta',
      'tool-call-end',
      'tool-call-start',
      'tool-call-arguments-delta',
      'tool-call-arguments-delta',
      'tool-call-end',
      'finish',
      'response-end',
    ]);
  });

  test('ends a whole call when the next begins, waits for a name, and makes up an id', () => {
    const tracker = openTracker('r1');
    tracker.toolCall(0, 0, {}, '{"a"');
    expect(types(tracker.take())).toEqual(['response-start']);
    tracker.toolCall(0, 0, { name: 'one' }, ':"}"}');
    tracker.toolCall(0, 1, { name: 'two', callId: 'c' }, '');
    expect(tracker.take()).toEqual([
      { type: 'tool-call-start', part: 0, choice: 0, callId: 'call_r1_0', name: 'one', kind: 'function' },
      { type: 'tool-call-arguments-delta', part: 0, text: '{"a"' },
      { type: 'tool-call-arguments-delta', part: 0, text: ':"}"}' },
      { type: 'tool-call-end', part: 0 },
      { type: 'tool-call-start', part: 1, choice: 0, callId: 'c', name: 'two', kind: 'function' },
    ]);
  });
});

test('a call of which nothing but its place was told is none, and the word for the end follows', () => {
  const tracker = openTracker('r1');
  tracker.text(0, 'Done.');
  tracker.toolCall(0, 0, {}, '');
  tracker.finish(0, { reason: 'tool-calls', raw: 'tool_calls' });
  tracker.end();
  const events = tracker.take();
  expect(types(events)).toEqual(['response-start', 'text-start', 'text-delta', 'text-end', 'finish', 'response-end']);
  expect(events.at(-2)).toMatchObject({ finish: { reason: 'stop' } });
});

test('an answer that ends in failure has an error in place of its end, with what was used before it', () => {
  const tracker = openTracker('r1');
  tracker.text(0, 'Half');
  tracker.finish(0, { reason: 'error', raw: 'network_error' });
  tracker.usage({ outputText: 1 });
  tracker.end();
  const events = tracker.take();
  expect(types(events)).toEqual(['response-start', 'text-start', 'text-delta', 'usage', 'text-end', 'error']);
  expect(events.at(-1)).toMatchObject({ failure: { status: 502, code: 'network_error' } });
});

test('a signature travels under its issuer’s name, and its own as it is', () => {
  const signature = { by: 'anthropic-messages', value: 'Ab.c+/=' } as const;
  expect(wrapSignature(signature, 'anthropic-messages')).toBe('Ab.c+/=');
  for (const own of ['openai-responses', 'gemini', 'anthropic-messages'] as const) {
    expect(unwrapSignature(wrapSignature(signature, own), own)).toEqual(signature);
  }
});
