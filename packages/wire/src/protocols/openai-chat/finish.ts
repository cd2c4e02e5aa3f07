import type { Finish, FinishReason } from '../../ir/response.ts';

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
  error: 'error',
};

const wordOfReason: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-length': 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  malformed: 'stop',
  error: 'stop',
  other: 'stop',
};

/** Reads a `finish_reason`. */
export function readFinish(raw: string): Finish {
  return { reason: (Object.hasOwn(reasonOfWord, raw) ? reasonOfWord[raw] : undefined) ?? 'other', raw };
}

/** Why an answer ended, in OpenAI's words; null where nobody said. */
export function writeFinish(finish: Finish | undefined): string | null {
  return finish ? wordOfReason[finish.reason] : null;
}
