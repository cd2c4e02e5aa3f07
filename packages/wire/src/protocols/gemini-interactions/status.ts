import type { Finish } from '../../ir/response.ts';
import { objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** An interaction that its provider is still working on. */
export function isWorking(interaction: JsonObject): boolean {
  const status = textAt(interaction, 'status');
  return status === 'queued' || status === 'in_progress';
}

const filtered = /safety|prohibited|recitation|blocklist|spii|content_filter|refusal/i;
const malformed = /malformed|unexpected_tool/i;

/** Why an interaction ended, from its status and its errors; undefined while it is worked on. */
export function readStatus(interaction: JsonObject): Finish | undefined {
  const raw = textAt(interaction, 'status');
  switch (raw) {
    // Whoever leaves it out has answered whole.
    case undefined:
    case 'completed':
      return { reason: 'stop', raw };
    case 'queued':
    case 'in_progress':
      return undefined;
    case 'requires_action':
      return { reason: 'tool-calls', raw };
    case 'failed':
      return { reason: 'error', raw, detail: detailOf(interaction) };
    // What came until then is there, and paid for; that nothing came is no answer.
    case 'cancelled':
      return { reason: 'stop', raw };
    case 'incomplete': {
      const code = textAt(objectsAt(interaction, 'errors')[0] ?? {}, 'code') ?? '';
      const reason = filtered.test(code) ? 'content-filter' : malformed.test(code) ? 'malformed' : 'length';
      return { reason, raw, detail: detailOf(interaction) };
    }
    // Whatever cut it, the answer is short of its end, and nobody is to take it for whole.
    case 'budget_exceeded':
    case 'requires_continuation':
      return { reason: 'length', raw };
    default:
      return { reason: 'other', raw };
  }
}

const detailOf = (interaction: JsonObject): string | undefined =>
  textAt(objectsAt(interaction, 'errors')[0] ?? {}, 'message');

/** Why an answer ended, in the API's words: `status`, and `errors` where it says less than what happened. */
export function writeStatus(finish: Finish | undefined): JsonObject {
  const { reason = 'other', detail } = finish ?? {};
  const broken = (code: string, message: string): JsonObject => ({
    status: 'incomplete',
    errors: [{ code, message: detail ?? message }],
  });
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
      return { status: 'completed' };
    case 'tool-calls':
      return { status: 'requires_action' };
    case 'content-filter':
      return broken('content_filter', 'The answer was filtered.');
    case 'refusal':
      return broken('refusal', 'The model refused to answer.');
    case 'malformed':
      return broken('malformed_function_call', 'The model wrote a function call that cannot be read.');
    case 'error':
      return broken('internal', 'The answer broke off.');
    case 'length':
    case 'context-length':
    case 'pause':
      return { status: 'incomplete' };
    case 'other':
      return { status: finish ? 'completed' : 'incomplete' };
  }
}
