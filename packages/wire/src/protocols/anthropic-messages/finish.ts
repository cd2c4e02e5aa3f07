import type { Finish, FinishReason } from '../../ir/response.ts';
import { objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { readFinish } from '../openai-chat/finish.ts';

const reasonOfWord: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'context-length',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
};

const wordOfReason: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'context-length': 'model_context_window_exceeded',
  'tool-calls': 'tool_use',
  pause: 'pause_turn',
  refusal: 'refusal',
  'content-filter': 'refusal',
  // The call that could not be read was left out, and no other word says that something is missing.
  malformed: 'refusal',
  error: 'end_turn',
  other: 'end_turn',
};

/** Reads why a message ended, from the message or the `delta` of its `message_delta`. */
export function readStop(json: JsonObject): Finish | undefined {
  const raw = textAt(json, 'stop_reason');
  if (raw === undefined) return undefined;
  const details = objectAt(json, 'stop_details');
  const own = Object.hasOwn(reasonOfWord, raw) ? reasonOfWord[raw] : undefined;
  return {
    // Vendors who speak this protocol beside Chat's keep their words.
    reason: own ?? readFinish(raw).reason,
    raw,
    sequence: textAt(json, 'stop_sequence'),
    detail: details && textAt(details, 'explanation'),
  };
}

/** Why an answer ended, in Anthropic's words. Null where nobody said. */
export function writeStop(finish: Finish | undefined): {
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
} {
  if (!finish) return { stop_reason: null, stop_sequence: null };
  // Other protocols do not say which sequence was met, and Anthropic's word promises it.
  const word = finish.reason === 'stop-sequence' && finish.sequence === undefined ? 'end_turn' : undefined;
  return { stop_reason: word ?? wordOfReason[finish.reason], stop_sequence: finish.sequence ?? null };
}
