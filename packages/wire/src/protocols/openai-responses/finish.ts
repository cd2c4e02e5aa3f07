import type { Finish } from '../../ir/response.ts';
import { objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** Why a response ended, from its status and what made it incomplete. */
export function readStatus(response: JsonObject): Finish | undefined {
  const status = textAt(response, 'status');
  // Vendors that leave the status out have answered whole.
  if (status === undefined || status === 'completed') return { reason: 'stop', raw: status };
  if (status === 'in_progress' || status === 'queued') return undefined;
  if (status === 'cancelled') return { reason: 'error', raw: status };
  const raw = textAt(objectAt(response, 'incomplete_details') ?? {}, 'reason') ?? status;
  // Whatever the reason, the answer is short of its end, and nobody is to take it for whole.
  return { reason: raw === 'content_filter' ? 'content-filter' : 'length', raw };
}

/** `status` of a response, and what made it incomplete. */
export type Ending = {
  readonly status: 'completed' | 'incomplete';
  readonly incomplete_details: JsonObject | null;
};

/** Why an answer ended, in OpenAI's words. `refused`: it says so in a part of its own. */
export function writeEnding(finish: Finish | undefined, refused: boolean): Ending {
  switch (finish?.reason) {
    case 'length':
    case 'context-length':
      return incomplete('max_output_tokens');
    // A call that could not be read was left out, and no other word says that something is missing.
    case 'malformed':
    case 'content-filter':
      return incomplete('content_filter');
    case 'refusal':
      return refused ? completed : incomplete('content_filter');
    // Nothing tells why, and what came is still an answer.
    case 'error':
    case undefined:
      return { status: 'incomplete', incomplete_details: null };
    default:
      return completed;
  }
}

const completed: Ending = { status: 'completed', incomplete_details: null };

function incomplete(reason: string): Ending {
  return { status: 'incomplete', incomplete_details: { reason } };
}
