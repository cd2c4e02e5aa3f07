import { encodeFrame, encodeMessage, textHeader } from '@tollgate/wire/protocols/bedrock-converse/testing/frames';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { Play, PlayFrame } from './play.ts';

const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };
const answer = (content: JsonObject, stopReason: string): JsonObject => ({
  output: { message: { role: 'assistant', content: [content] } },
  stopReason,
  usage,
  metrics: { latencyMs: 1 },
});

export const eventStreamType = 'application/vnd.amazon.eventstream';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export const conversePlay: Play = {
  text: answer({ text: 'Hello' }, 'end_turn'),
  stream: [
    { event: 'messageStart', data: { role: 'assistant' } },
    { event: 'contentBlockDelta', data: { contentBlockIndex: 0, delta: { text: 'Hello' } } },
    { event: 'contentBlockStop', data: { contentBlockIndex: 0 } },
    { event: 'messageStop', data: { stopReason: 'end_turn' } },
    { event: 'metadata', data: { usage, metrics: { latencyMs: 1 } } },
  ],
  tools: answer({ toolUse: { toolUseId: 't1', name: 'get_weather', input: { city: 'Bonn' } } }, 'tool_use'),
  refusal: { status: 429, body: { __type: 'ThrottlingException', message: 'Too fast.' } },
  write: ({ event, data }) => encodeFrame({ event, data: JSON.stringify(data), id: undefined }),
  streamType: eventStreamType,
};

/** A frame of a model's own protocol as InvokeModelWithResponseStream wraps it. */
export const writeChunk = ({ data }: PlayFrame): Uint8Array =>
  encodeMessage(
    [
      textHeader(':event-type', 'chunk'),
      textHeader(':content-type', 'application/json'),
      textHeader(':message-type', 'event'),
    ],
    JSON.stringify({ bytes: btoa(JSON.stringify(data)), p: 'abcd' }),
  );
