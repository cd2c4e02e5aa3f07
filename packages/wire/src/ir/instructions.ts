import type { LossTracker } from './loss.ts';
import type { Part } from './part.ts';
import type { IrMessage } from './request.ts';

export type Hoisted = {
  /** Parts of all system and developer messages, in order, with where they stood. */
  readonly instructions: readonly { readonly part: Part; readonly path: string }[];
  /** The rest, with where they stood. */
  readonly messages: readonly { readonly message: IrMessage; readonly path: string }[];
};

/**
 * Takes system and developer messages out of a conversation, for protocols that keep instructions in front of it. One
 * that stood behind the conversation's start loses its place, which is noted.
 */
export function hoistInstructions(messages: readonly IrMessage[], lossTracker: LossTracker): Hoisted {
  const instructions: { part: Part; path: string }[] = [];
  const rest: { message: IrMessage; path: string }[] = [];
  for (const [i, message] of messages.entries()) {
    const path = `messages[${i}]`;
    if (message.role === 'user' || message.role === 'assistant') {
      rest.push({ message, path });
      continue;
    }
    if (rest.length > 0) lossTracker.approximated(path, 'instructions were moved to the front of the conversation');
    for (const [j, part] of message.parts.entries()) instructions.push({ part, path: `${path}.parts[${j}]` });
  }
  return { instructions, messages: rest };
}
