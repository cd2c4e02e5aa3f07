import { countAt, onlyMembers, type Counting } from '../../ir/counting.ts';

/** What `POST /v1/messages/count_tokens` takes; it refuses anything else, `max_tokens` and `stream` too. */
const members = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'mcp_servers',
  'context_management',
] as const;

/** https://platform.claude.com/docs/en/api/messages/count_tokens */
export const messagesCounting: Counting = {
  requestIn: (json) => json,
  writeQuestion: (request) => onlyMembers(request, members),
  readCount: (json) => countAt(json, 'input_tokens'),
  writeCount: (tokens) => ({ input_tokens: tokens }),
};
