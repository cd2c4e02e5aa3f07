import type { JsonObject } from '@tollgate/wire/protocol';
import type { Open, Play, PlayFrame } from './play.ts';

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const call = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Bonn"}' } };
const schema = { type: 'object', properties: { city: { type: 'string' } } };

const answer = (message: JsonObject, finish: string): JsonObject => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
  usage,
});
const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const refusal = {
  status: 429,
  body: { error: { message: 'Too fast.', type: 'requests', param: null, code: 'rate_limit_exceeded' } },
};

/** https://platform.openai.com/docs/api-reference/chat */
export const chatPlay: Play = {
  text: answer({ content: 'Hello' }, 'stop'),
  stream: [
    { data: chunk({ role: 'assistant', content: '' }) },
    { data: chunk({ content: 'Hel' }) },
    { data: chunk({ content: 'lo' }) },
    { data: chunk({}, 'stop') },
    { data: { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage } },
    { data: '[DONE]' },
  ],
  tools: answer({ content: null, tool_calls: [call] }, 'tool_calls'),
  refusal,
};

export const openChat: Open = (model, stream, tools) => ({
  path: '/v1/chat/completions',
  body: {
    model,
    messages: [{ role: 'user', content: 'Hi' }],
    ...(stream ? { stream } : {}),
    ...(tools ? { tools: [{ type: 'function', function: { name: 'get_weather', parameters: schema } }] } : {}),
  },
});

const said = {
  id: 'msg_1',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
};
const called = {
  id: 'fc_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'get_weather',
  arguments: '{"city":"Bonn"}',
};
const response = (output: readonly JsonObject[], status = 'completed'): JsonObject => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status,
  model: 'm',
  output,
  ...(status === 'completed' ? { usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 } } : {}),
});
const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const part = { type: 'output_text', text: '', annotations: [] };
const calls: readonly (JsonObject & { readonly type: string })[] = [
  { type: 'response.created', response: response([], 'in_progress') },
  { type: 'response.output_item.added', output_index: 0, item: { ...called, status: 'in_progress', arguments: '' } },
  { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 0, delta: called.arguments },
  { type: 'response.output_item.done', output_index: 0, item: called },
  { type: 'response.completed', response: response([called]) },
];
const events: readonly (JsonObject & { readonly type: string })[] = [
  { type: 'response.created', response: response([], 'in_progress') },
  { type: 'response.output_item.added', output_index: 0, item: { ...said, status: 'in_progress', content: [] } },
  { type: 'response.content_part.added', ...place, part },
  { type: 'response.output_text.delta', ...place, delta: 'Hello' },
  { type: 'response.output_text.done', ...place, text: 'Hello' },
  { type: 'response.content_part.done', ...place, part: { ...part, text: 'Hello' } },
  { type: 'response.output_item.done', output_index: 0, item: said },
  { type: 'response.completed', response: response([said]) },
];

function numbered(list: typeof events): readonly PlayFrame[] {
  return list.map((event, index) => ({ event: event.type, data: { ...event, sequence_number: index } }));
}

/** https://platform.openai.com/docs/api-reference/responses */
export const responsesPlay: Play = {
  text: response([said]),
  stream: numbered(events),
  tools: response([called]),
  toolStream: numbered(calls),
  refusal,
};

export const openResponses: Open = (model, stream, tools) => ({
  path: '/v1/responses',
  body: {
    model,
    input: 'Hi',
    ...(stream ? { stream } : {}),
    ...(tools ? { tools: [{ type: 'function', name: 'get_weather', parameters: schema, strict: false }] } : {}),
  },
});
