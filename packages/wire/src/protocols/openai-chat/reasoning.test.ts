import { expect, test } from 'bun:test';
import type { IrEvent } from '../../ir/event.ts';
import { objectAt, objectsAt, parseObject, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { codecOf, contextFor } from '../testing/codecs.ts';

const signature = { by: 'anthropic-messages', value: 'EqQB+/==' } as const;
const { ingress } = codecOf('openai-chat');

/** The deltas in which a client hears a signed thought. */
function deltasOf(pieces: readonly string[]): readonly JsonObject[] {
  const writer = ingress.writeEvents(contextFor());
  const events: readonly IrEvent[] = [
    { type: 'response-start', id: 'r', model: 'm' },
    { type: 'reasoning-start', part: 0, choice: 0 },
    ...pieces.map((text) => ({ type: 'reasoning-delta', part: 0, text }) as const),
    { type: 'signature', part: 0, signature },
    { type: 'reasoning-end', part: 0 },
  ];
  const lines = events
    .map((event) => writer.write(event))
    .join('')
    .split('\n\n');
  return lines.flatMap((line) => {
    const chunk = parseObject(line.replace(/^data: /, ''));
    return chunk ? objectsAt(chunk, 'choices').map((choice) => objectAt(choice, 'delta') ?? {}) : [];
  });
}

/** What the gateway understands when the client gives `message` back. */
function reasoningIn(message: JsonObject): readonly unknown[] {
  const read = ingress.readRequest(
    {
      model: 'm',
      messages: [
        { role: 'user', content: 'Go' },
        { role: 'assistant', content: 'Yes', ...message },
      ],
    },
    { operation: 'chat' },
  );
  if ('invalid' in read) throw new Error(read.invalid);
  return read.value.messages[1]?.parts.filter((part) => part.type === 'reasoning') ?? [];
}

test('a signature comes back with the text it covers', () => {
  const deltas = deltasOf(['First,\n', 'a "thought" 🤔']);
  const told = deltas.map((delta) => textAt(delta, 'reasoning_content') ?? '').join('');
  const details = deltas.flatMap((delta) => objectsAt(delta, 'reasoning_details'));
  expect(reasoningIn({ reasoning_content: told, reasoning_details: details })).toEqual([
    { type: 'reasoning', text: 'First,\na "thought" 🤔', signature },
  ]);
  expect(reasoningIn({ reasoning_details: details.map((detail) => ({ ...detail, text: told })) })).toMatchObject([
    { text: told, signature },
  ]);
});

test('a signature that comes back with another text is left out, because its issuer would refuse the request', () => {
  // OpenAI's stream helper puts the last value of a field it does not know in place of those before it.
  const message: JsonObject = Object.assign({}, ...deltasOf(['First,\n', 'a "thought" 🤔']));
  expect(message['reasoning_content']).toBe('a "thought" 🤔');
  expect(reasoningIn(message)).toEqual([{ type: 'reasoning', text: 'a "thought" 🤔', signature: undefined }]);
});

test('a signature from before there were checks is still known', () => {
  const details = [{ type: 'reasoning.text', signature: 'tollgate-seal.anthropic-messages.EqQB+/==', index: 0 }];
  expect(reasoningIn({ reasoning_content: 'any', reasoning_details: details })).toMatchObject([
    { text: 'any', signature },
  ]);
});
