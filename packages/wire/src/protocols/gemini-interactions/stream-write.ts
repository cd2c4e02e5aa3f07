import type { EventWriter, WriteContext } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import { inOrder } from '../../ir/in-order.ts';
import { openLossTracker } from '../../ir/loss.ts';
import type { Finish } from '../../ir/response.ts';
import type { Usage } from '../../ir/usage.ts';
import { compact } from '../../json/fields.ts';
import { errorFrame } from './errors.ts';
import { endingOf, writeHead } from './response-write.ts';
import { writeStatus } from './status.ts';
import { frame, openStepWriter, pathOf } from './step-writer.ts';
import { writeInteractionsUsage } from './usage.ts';

const own = 'gemini-interactions';

/** What ends every stream that ended well. */
export const streamEnd = 'event: done\ndata: [DONE]\n\n';

/**
 * Writes a streamed interaction: each part is a step, begun, told in pieces and ended. `interaction.completed` tells why it
 * ended and its usage, and `[DONE]` is the end.
 */
export function writeInteractionsEvents(context: WriteContext): EventWriter {
  const lossTracker = openLossTracker();
  const order = inOrder();
  const steps = openStepWriter(lossTracker);
  const head = writeHead(context);
  let usage: Usage | undefined;
  let finish: Finish | undefined;

  const first = (): string =>
    frame('interaction.created', { interaction: { ...head, status: 'in_progress' } }) +
    frame('interaction.status_update', { interaction_id: context.requestId, status: 'in_progress' });

  function last(): string {
    const told = usage && writeInteractionsUsage(usage);
    const interaction = compact({ ...head, ...writeStatus(endingOf(finish, steps.broken)), usage: told });
    return frame('interaction.completed', { interaction }) + streamEnd;
  }

  function one(event: IrEvent): string {
    if ('choice' in event && event.choice > 0) {
      lossTracker.dropped('choices', 'the Interactions API gives one answer');
      return '';
    }
    switch (event.type) {
      case 'response-start':
        lossTracker.extensions('', event.extensions, own);
        usage ??= event.usage;
        return first();
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
      case 'tool-call-start':
      case 'audio-start':
        lossTracker.extensions(pathOf(event.part), event.extensions, own);
        steps.start(event);
        return '';
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta':
      case 'tool-call-arguments-delta':
      case 'audio-delta':
        return steps.delta(event);
      case 'citation':
        steps.cite(event.part, event.citation);
        return '';
      case 'signature':
        steps.sign(event.part, event.signature);
        return '';
      case 'text-end':
      case 'refusal-end':
      case 'reasoning-end':
      case 'tool-call-end':
        return steps.close(event.part);
      case 'audio-end':
        return steps.close(event.part, event.expiresAt);
      case 'part':
        return steps.whole(event.part, event.value);
      case 'usage':
        usage = event.usage;
        return '';
      case 'finish':
        finish = event.finish;
        return '';
      case 'response-end':
        return last();
      case 'served':
        return '';
      // Told by `fail`, in the gateway's words.
      case 'error':
        return '';
    }
  }

  return {
    write(event) {
      let text = '';
      for (const next of order(event)) text += one(next);
      return text;
    },
    fail: (words) => errorFrame(words, context.requestId),
    get losses() {
      return lossTracker.losses;
    },
  };
}
