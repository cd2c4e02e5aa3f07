import type { Finish, FinishReason } from '../../ir/response.ts';
import { objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** OpenAI's words, and those that vendors behind its protocol use instead. */
const reasonOfWord: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  length: 'length',
  max_tokens: 'length',
  // Mistral's, when the window is full.
  model_length: 'context-length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  // Zhipu's.
  sensitive: 'content-filter',
  network_error: 'error',
  // DeepSeek's.
  insufficient_system_resource: 'error',
  // Mistral's, OpenRouter's.
  error: 'error',
  // vLLM's, of a request that its engine gave up.
  abort: 'error',
  // Cohere's, and those of servers that tell their engine's word.
  complete: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop-sequence',
  error_toxic: 'content-filter',
  error_limit: 'context-length',
  timeout: 'error',
};

/** Google tells its own word behind these: `function_call_filter: MALFORMED_FUNCTION_CALL`. */
const reasonOfBeginning: readonly (readonly [beginning: string, FinishReason])[] = [
  ['content_filter:', 'content-filter'],
  ['function_call_filter:', 'malformed'],
];

const wordOfReason: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-length': 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  // The call that could not be read was left out, and no other word says that something is missing.
  malformed: 'content_filter',
  error: 'stop',
  other: 'stop',
};

/** Reads a `finish_reason`; `detail` is what a choice says beside it. */
export function readFinish(raw: string, detail?: string): Finish {
  const word = raw.toLowerCase();
  const known = Object.hasOwn(reasonOfWord, word) ? reasonOfWord[word] : undefined;
  const reason = known ?? reasonOfBeginning.find(([beginning]) => word.startsWith(beginning))?.[1] ?? 'other';
  return detail === undefined ? { reason, raw } : { reason, raw, detail };
}

/** Reads why a choice ended; undefined while it has not said so. OpenRouter tells a failure beside the word. */
export function readFinishOf(choice: JsonObject): Finish | undefined {
  const raw = textAt(choice, 'finish_reason');
  if (raw === undefined || raw === '') return undefined;
  return readFinish(raw, textAt(objectAt(choice, 'error') ?? {}, 'message'));
}

/** Why an answer ended, in OpenAI's words; null where nobody said. */
export function writeFinish(finish: Finish | undefined): string | null {
  return finish ? wordOfReason[finish.reason] : null;
}
