import type { Part, ReasoningPart, TextPart } from '../../ir/part.ts';
import type { IrMessage } from '../../ir/request.ts';

/**
 * Joins what a stream took apart: Google's clients give a streamed answer back as it came, one content for each frame and
 * one part for each piece of a text, with the signature on an empty last one. Elsewhere a signature covers the whole text and must
 * stand on it. A signature ends a text, so what follows is a part of its own.
 */
export function joinFragments(messages: readonly IrMessage[]): readonly IrMessage[] {
  const joined: IrMessage[] = [];
  /** Parts of the answer that was joined last. */
  let open: Part[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (message.role !== 'assistant') joined.push(message);
    else if (last?.role !== 'assistant' || last.extensions || message.extensions) {
      open = [];
      addParts(open, message.parts);
      joined.push({ ...message, parts: open });
    } else addParts(open, message.parts);
  }
  return joined;
}

function addParts(joined: Part[], parts: readonly Part[]): void {
  for (const part of parts) {
    if (!isText(part)) {
      joined.push(part);
      continue;
    }
    const last = joined.at(-1);
    // A redacted thought has no text that could belong to it.
    const goesOn =
      last && isText(last) && last.type === part.type && !last.signature && !last.extensions && !part.extensions;
    if (goesOn && !isRedacted(part)) joined[joined.length - 1] = { ...last, ...part, text: last.text + part.text };
    else if (part.text !== '' || part.signature || part.extensions) joined.push(part);
  }
}

function isText(part: Part): part is TextPart | ReasoningPart {
  return part.type === 'text' || part.type === 'reasoning';
}

function isRedacted(part: TextPart | ReasoningPart): boolean {
  return part.type === 'reasoning' && part.redacted === true;
}
