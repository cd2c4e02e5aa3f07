import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { assemble } from './assemble.ts';
import type { IrEvent } from './event.ts';
import { explode } from './explode.ts';
import type { Part } from './part.ts';
import { reasoningAsText, writeReasoningAsText } from './reasoning-as-text.ts';
import type { IrResponse } from './response.ts';
import { responses } from './testing/arbitraries.ts';

/** The same answer, streamed through the writer that turns reasoning into text. */
function streamed(response: IrResponse): IrResponse {
  const events: IrEvent[] = [];
  const writer = writeReasoningAsText({
    write: (event) => {
      events.push(event);
      return event.type;
    },
    fail: () => '',
    losses: [],
  });
  for (const event of explode(response)) writer.write(event);
  const built = assemble(events);
  if ('failure' in built) throw new Error('no failure was exploded');
  return built;
}

const saying = ({ choices }: IrResponse): readonly (readonly Part[])[] =>
  choices.map(({ parts }) => parts.filter((part) => part.type !== 'text' || part.text !== ''));

test('whole and streamed say the same, and no reasoning is left', () => {
  fc.assert(
    fc.property(responses, (response) => {
      const whole = reasoningAsText(response);
      expect(JSON.stringify(whole)).not.toContain('"type":"reasoning"');
      expect(saying(streamed(response))).toEqual(saying(whole));
    }),
  );
});

test('reasoning stands before the answer, between its marks', () => {
  const parts: Part[] = [
    { type: 'reasoning', text: 'Hm.', signature: { by: 'anthropic-messages', value: 's' } },
    { type: 'text', text: 'Yes.' },
  ];
  const response: IrResponse = { id: 'a', model: 'm', choices: [{ index: 0, parts }] };
  expect(reasoningAsText(response).choices[0]?.parts).toEqual([
    { type: 'text', text: '<think>\nHm.\n</think>\n\n' },
    { type: 'text', text: 'Yes.' },
  ]);
});
