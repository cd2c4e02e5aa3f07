import { describe, expect, test } from 'bun:test';
import { isObject } from '../json/fields.ts';
import { render } from '../json/render.ts';
import type { JsonObject, TextProtocolId } from '../protocol.ts';
import { decodeText, encodeText } from '../text.ts';
import { withoutForeignSignatures as withoutForeignInMessages } from './anthropic-messages/edits.ts';
import { withoutForeignSignatures as withoutForeignInContents } from './gemini/edits.ts';
import { withoutForeignSignatures as withoutForeignInSteps } from './gemini-interactions/edits.ts';
import { codecOf, contextFor } from './testing/codecs.ts';
import { traitsByName } from '../models/by-name.ts';

/** What a client gives back to the same protocol after an answer that another protocol's upstream gave. */
function continuedAfter(client: TextProtocolId, by: TextProtocolId, redacted: boolean): JsonObject {
  const { ingress, continued } = codecOf(client);
  const written = ingress.writeResponse(
    {
      id: 'a',
      model: 'm',
      choices: [
        {
          index: 0,
          parts: [
            { type: 'reasoning', text: redacted ? '' : 'I thought.', redacted, signature: { by, value: 'c2VhbA==' } },
            { type: 'tool-call', callId: 'call_1', name: 'now', kind: 'function', arguments: '{}' },
          ],
          finish: { reason: 'tool-calls' },
        },
      ],
    },
    contextFor(),
  );
  return continued(written.value);
}

const sides = [
  { client: 'anthropic-messages', without: withoutForeignInMessages, others: ['gemini', 'openai-responses'] },
  { client: 'gemini', without: withoutForeignInContents, others: ['anthropic-messages', 'openai-responses'] },
  { client: 'gemini-interactions', without: withoutForeignInSteps, others: ['anthropic-messages', 'gemini'] },
] as const;

for (const { client, without, others } of sides) {
  describe(`signatures on the passthrough of ${client}`, () => {
    for (const redacted of [false, true]) {
      for (const by of others) {
        test(`${redacted ? 'a hidden' : 'a'} thought that ${by} signed is taken out, and nothing else`, () => {
          const body = continuedAfter(client, by, redacted);
          const edited = without(body);
          const text = JSON.stringify(edited);
          expect(text).not.toMatch(/tollgate|dG9sbGdhdGU|c2VhbA==|I thought/);
          expect(text).toContain('"now"');
          expect(text).toContain('noon');
          const bytes = encodeText(JSON.stringify(body));
          expect(JSON.parse(decodeText(render(bytes, body, edited)))).toEqual(edited);
          expect(without(edited)).toBe(edited);
        });
      }

      test(`${redacted ? 'a hidden' : 'a'} thought of its own stays, byte for byte`, () => {
        const body = continuedAfter(client, client, redacted);
        expect(JSON.stringify(body)).toContain('c2VhbA==');
        expect(without(body)).toBe(body);
      });
    }

    test('anything else is its own argument', () => {
      for (const body of [
        {},
        { messages: 'x', contents: 1 },
        { messages: [null, 1, { role: 'assistant', content: null }], contents: [null, { parts: 1 }] },
      ])
        expect(without(body)).toBe(body);
    });
  });
}

describe('anthropic-messages', () => {
  test('a message of nothing but foreign reasoning goes', () => {
    const foreign = { type: 'thinking', thinking: 'x', signature: 'tollgate-seal.gemini.abc' };
    const user = { role: 'user', content: 'x' };
    expect(withoutForeignInMessages({ messages: [user, { role: 'assistant', content: [foreign] }, user] })).toEqual({
      messages: [user, user],
    });
    // A client may quote the very words; only an assistant's signatures are looked at.
    const quoted = { messages: [{ role: 'user', content: [foreign] }] };
    expect(withoutForeignInMessages(quoted)).toBe(quoted);
  });
});

describe('gemini', () => {
  const foreign = encodeText('tollgate-seal.anthropic-messages.abc').toBase64();
  const call = { functionCall: { name: 'f', args: {} } };

  test('a text and a call stay without the signature, in either spelling', () => {
    const body = {
      contents: [
        {
          role: 'model',
          parts: [
            { text: 'x', thoughtSignature: foreign },
            { ...call, thought_signature: foreign },
            { text: '', thoughtSignature: foreign },
          ],
        },
      ],
    };
    expect(withoutForeignInContents(body)).toEqual({ contents: [{ role: 'model', parts: [{ text: 'x' }, call] }] });
  });

  test('a model that demands signatures is told that a call has none', () => {
    const thought = { text: 'x', thought: true, thoughtSignature: foreign };
    const body = {
      contents: [
        { role: 'model', parts: [thought] },
        { role: 'model', parts: [call] },
      ],
    };
    const edited = withoutForeignInContents(body, traitsByName('gemini-3-pro'));
    expect(edited).toEqual({
      contents: [{ role: 'model', parts: [{ ...call, thoughtSignature: 'skip_thought_signature_validator' }] }],
    });
    expect(withoutForeignInContents(body, traitsByName('gemini-2.5-pro'))).toEqual({
      contents: [{ role: 'model', parts: [call] }],
    });
    const own = { contents: [{ role: 'model', parts: [call] }] };
    expect(withoutForeignInContents(own, traitsByName('gemini-3-pro'))).toBe(own);
    expect(isObject(edited)).toBe(true);
  });
});
