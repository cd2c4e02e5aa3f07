/**
 * Members of a message or delta that are an answer when they are not empty. `reasoning_content` is DeepSeek's and its
 * followers' word, `reasoning` and `reasoning_details` OpenRouter's, `images` Gemini's by way of OpenRouter.
 */
export const answerKeys = [
  'content',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'refusal',
  'tool_calls',
  'function_call',
  'audio',
  'images',
] as const;

/** The one of them that repeats another's text, so that it is not counted. */
export const repeatedKey = 'reasoning_details';

/** Keys under which generated text stands inside content parts, tool calls and audio. */
export const textKeys = ['text', 'thinking', 'arguments', 'name', 'input', 'transcript', 'content'] as const;
