import { countAt, onlyMembers, type Counting } from '../../ir/counting.ts';

/** What `POST /v1/responses/input_tokens` takes. */
const members = [
  'model',
  'input',
  'instructions',
  'previous_response_id',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'truncation',
] as const;

/** https://platform.openai.com/docs/api-reference/responses/input-tokens */
export const responsesCounting: Counting = {
  requestIn: (json) => json,
  writeQuestion: (request) => onlyMembers(request, members),
  readCount: (json) => countAt(json, 'input_tokens'),
  writeCount: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
};
