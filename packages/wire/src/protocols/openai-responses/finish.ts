import type { Finish } from '../../ir/response.ts';
import { objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** Why a response ended, from its status and what made it incomplete. */
export function readStatus(response: JsonObject): Finish | undefined {
  const status = textAt(response, 'status');
  // Vendors that leave the status out have answered whole.
  if (status === undefined || status === 'completed') return { reason: 'stop', raw: status };
  if (status !== 'incomplete') return status === 'in_progress' ? undefined : { reason: 'other', raw: status };
  const raw = textAt(objectAt(response, 'incomplete_details') ?? {}, 'reason') ?? status;
  if (raw === 'max_output_tokens' || raw === 'max_tokens') return { reason: 'length', raw };
  return { reason: raw === 'content_filter' ? 'content-filter' : 'other', raw };
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
    case 'content-filter':
      return incomplete('content_filter');
    case 'refusal':
      return refused ? completed : incomplete('content_filter');
    // Nothing tells why, and what came is still an answer.
    case 'error':
    case 'malformed':
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
