import type { EventWriter } from './codec.ts';
import type { IrEvent } from './event.ts';
import type { Part } from './part.ts';
import type { IrResponse } from './response.ts';

const opening = '<think>\n';
const closing = '\n</think>\n\n';

/** The answer with its reasoning as text before what is said, for clients that know no reasoning. Its signatures go. */
export const reasoningAsText = (response: IrResponse): IrResponse => ({
  ...response,
  choices: response.choices.map((choice) => ({ ...choice, parts: choice.parts.flatMap(asText) })),
});

function asText(part: Part): readonly Part[] {
  if (part.type !== 'reasoning') return [part];
  return part.text === '' ? [] : [{ type: 'text', text: opening + part.text + closing }];
}

/**
 * The same of a stream. A reasoning part becomes a text part in its place; one that says nothing (redacted, or only signed) becomes
 * an empty one, so that no number is missing.
 */
export function writeReasoningAsText(writer: EventWriter): EventWriter {
  const reasoning = new Map<number, boolean>();
  const write = (event: IrEvent): string => {
    switch (event.type) {
      case 'reasoning-start':
        reasoning.set(event.part, false);
        return writer.write({ type: 'text-start', part: event.part, choice: event.choice });
      case 'reasoning-delta': {
        const { part, text } = event;
        if (text === '') return '';
        const begun = reasoning.get(part);
        reasoning.set(part, true);
        return writer.write({ type: 'text-delta', part, text: begun ? text : opening + text });
      }
      case 'reasoning-end': {
        const { part } = event;
        const begun = reasoning.get(part);
        reasoning.delete(part);
        const closed = begun ? writer.write({ type: 'text-delta', part, text: closing }) : '';
        return closed + writer.write({ type: 'text-end', part });
      }
      case 'signature':
        return reasoning.has(event.part) ? '' : writer.write(event);
      default:
        return writer.write(event);
    }
  };
  return {
    write,
    fail: (words) => writer.fail(words),
    get losses() {
      return writer.losses;
    },
    get output() {
      return writer.output ?? [];
    },
  };
}
