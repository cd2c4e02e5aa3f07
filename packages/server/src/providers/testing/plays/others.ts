import type { JsonObject } from '@tollgate/wire/protocol';
import type { Open, Play } from './play.ts';

const schema = { type: 'object', properties: { city: { type: 'string' } } };

const message = (content: readonly JsonObject[], reason: string): JsonObject => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content,
  stop_reason: reason,
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5 },
});
const begun = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 1 },
};
const events: readonly (JsonObject & { readonly type: string })[] = [
  { type: 'message_start', message: begun },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 5 },
  },
  { type: 'message_stop' },
];

/** https://docs.claude.com/en/api/messages */
export const messagesPlay: Play = {
  text: message([{ type: 'text', text: 'Hello' }], 'end_turn'),
  stream: events.map((data) => ({ event: data.type, data })),
  tools: message([{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Bonn' } }], 'tool_use'),
  refusal: { status: 429, body: { type: 'error', error: { type: 'rate_limit_error', message: 'Too fast.' } } },
};

export const openMessages: Open = (model, stream, tools) => ({
  path: '/v1/messages',
  body: {
    model,
    max_tokens: 50,
    messages: [{ role: 'user', content: 'Hi' }],
    ...(stream ? { stream } : {}),
    ...(tools ? { tools: [{ name: 'get_weather', input_schema: schema }] } : {}),
  },
});

const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
const candidate = (part: JsonObject, more: JsonObject): JsonObject => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [part] }, ...more }],
});

/** https://ai.google.dev/api/generate-content */
export const geminiPlay: Play = {
  text: { ...candidate({ text: 'Hello' }, { finishReason: 'STOP' }), usageMetadata, modelVersion: 'm' },
  stream: [
    { data: candidate({ text: 'Hel' }, {}) },
    { data: { ...candidate({ text: 'lo' }, { finishReason: 'STOP' }), usageMetadata } },
  ],
  tools: {
    ...candidate({ functionCall: { name: 'get_weather', args: { city: 'Bonn' } } }, { finishReason: 'STOP' }),
    usageMetadata,
  },
  refusal: { status: 429, body: { error: { code: 429, message: 'Too fast.', status: 'RESOURCE_EXHAUSTED' } } },
};

export const openGenerate: Open = (model, stream, tools) => ({
  path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  body: {
    contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    ...(tools ? { tools: [{ functionDeclarations: [{ name: 'get_weather', parameters: schema }] }] } : {}),
  },
});

const usage = { total_input_tokens: 10, total_output_tokens: 5, total_tokens: 15 };
const interaction = (status: string, steps?: readonly JsonObject[]): JsonObject => ({
  id: 'v1_1',
  object: 'interaction',
  model: 'm',
  status,
  ...(steps && { steps }),
  ...(status !== 'in_progress' && { usage }),
});
const steps = [{ type: 'model_output', content: [{ type: 'text', text: 'Hello' }] }];
const interactionEvents: readonly (JsonObject & { readonly event_type: string })[] = [
  { interaction: interaction('in_progress'), event_type: 'interaction.created' },
  { index: 0, step: { type: 'model_output' }, event_type: 'step.start' },
  { index: 0, delta: { type: 'text', text: 'Hello' }, event_type: 'step.delta' },
  { index: 0, event_type: 'step.stop' },
  { interaction: interaction('completed'), event_type: 'interaction.completed' },
];

/** https://ai.google.dev/api/interactions-api */
export const interactionsPlay: Play = {
  text: interaction('completed', steps),
  stream: [...interactionEvents.map((data) => ({ event: data.event_type, data })), { event: 'done', data: '[DONE]' }],
  tools: interaction('requires_action', [
    { type: 'function_call', id: 'c1', name: 'get_weather', arguments: { city: 'Bonn' } },
  ]),
  refusal: { status: 429, body: { error: { code: 'rate_limit_exceeded', message: 'Too fast.' } } },
};

export const openInteraction: Open = (model, stream, tools) => ({
  path: '/v1beta/interactions',
  body: {
    model,
    input: 'Hi',
    ...(stream ? { stream } : {}),
    ...(tools ? { tools: [{ type: 'function', name: 'get_weather', parameters: schema }] } : {}),
  },
});
