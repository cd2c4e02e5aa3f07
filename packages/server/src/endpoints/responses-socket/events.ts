import type { JsonObject } from '@tollgate/wire/protocol';
import type { Refusal } from '../../domain/refusal.ts';

/** An error as an event of WebSocket mode: OpenAI tells the status that HTTP would have, and the headers beside it. */
export function errorEventOf(
  status: number,
  error: JsonObject,
  streamId: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): string {
  const { type = 'invalid_request_error', code = null, message = '', param = null, ...more } = error;
  return JSON.stringify({
    type: 'error',
    ...(streamId !== undefined && { stream_id: streamId }),
    status,
    error: { type, code, message, param, ...more, ...(Object.keys(headers).length > 0 && { headers }) },
  });
}

export const refusalEvent = (refusal: Refusal, streamId: string | undefined): string =>
  errorEventOf(
    refusal.said.status,
    { type: refusal.said.type, code: refusal.said.code, message: refusal.message, param: refusal.param },
    streamId,
    refusal.retryAfterSeconds === undefined ? {} : { 'retry-after': `${refusal.retryAfterSeconds}` },
  );

/** An event of an answer as a frame: its JSON as it came, with the stream that it belongs to. */
export const onStream = (data: string, streamId: string | undefined): string =>
  streamId === undefined || !data.startsWith('{') || data.startsWith('{}')
    ? data
    : `{"stream_id":${JSON.stringify(streamId)},${data.slice(1)}`;

/** What answers a warm-up: a response that made nothing and used nothing, with an id to go on from. */
export function warmUpEvents(
  id: string,
  request: JsonObject,
  createdAt: number,
  streamId: string | undefined,
): readonly string[] {
  const response = (status: string, more: JsonObject): JsonObject => ({
    id,
    object: 'response',
    created_at: createdAt,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request['instructions'] ?? null,
    max_output_tokens: request['max_output_tokens'] ?? null,
    metadata: request['metadata'] ?? {},
    model: request['model'] ?? null,
    output: [],
    parallel_tool_calls: request['parallel_tool_calls'] ?? true,
    previous_response_id: request['previous_response_id'] ?? null,
    store: request['store'] ?? true,
    temperature: request['temperature'] ?? null,
    text: request['text'] ?? { format: { type: 'text' } },
    tool_choice: request['tool_choice'] ?? 'auto',
    tools: request['tools'] ?? [],
    top_p: request['top_p'] ?? null,
    usage: null,
    ...more,
  });
  const nothing = {
    input_tokens: 0,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 0,
  };
  return [
    { type: 'response.created', sequence_number: 0, response: response('in_progress', {}) },
    { type: 'response.completed', sequence_number: 1, response: response('completed', { usage: nothing }) },
  ].map((event) => onStream(JSON.stringify(event), streamId));
}

/** What answers input that would steer a running answer: no upstream is asked for that. */
export function steeringFailed(json: JsonObject): string {
  const previous = json['previous_response_id'];
  return JSON.stringify({
    type: 'response.steer.failed',
    sequence_number: 0,
    steer: { previous_response_id: typeof previous === 'string' ? previous : '', input: json['input'] ?? '' },
    error: {
      type: 'invalid_request_error',
      code: 'steering_not_supported',
      message: 'Answers cannot be steered here. Send the input with the next response.create.',
    },
  });
}

/** How an answer ends that its client has cancelled. `response` is what its first event said of it. */
export const cancelledEvent = (response: JsonObject, streamId: string | undefined): string =>
  onStream(
    JSON.stringify({
      type: 'response.incomplete',
      response: { ...response, status: 'incomplete', incomplete_details: { reason: 'cancelled' } },
    }),
    streamId,
  );
