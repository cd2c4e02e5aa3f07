/**
 * What is said in each protocol while it is measured: requests of a client, answers and streams of an upstream. The same
 * conversation in all of them, so that their costs can be compared; streams have the vendor's complete sequence of events.
 */

import { readFrames } from '@tollgate/wire/json/sse';
import { encodeFrame } from '@tollgate/wire/protocols/bedrock-converse/testing/frames';
import { concatBytes, encodeText } from '@tollgate/wire/text';

/** The protocols that clients speak. */
export const sampleProtocols = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const;
export type SampleProtocol = (typeof sampleProtocols)[number];

/** The protocols that upstreams answer in. */
export const upstreamNames = [...sampleProtocols, 'bedrock-converse'] as const;
export type UpstreamName = (typeof upstreamNames)[number];

/** A streamed answer, event by event, as text. */
export type Spoken = {
  readonly head: string;
  readonly deltas: readonly string[];
  readonly tail: string;
  /** The tail for those who asked for the usage chunk; absent where usage comes unasked. */
  readonly tailWithUsage?: string;
};

/** What a request says besides the standing conversation. */
export type Saying = { readonly text: string } | { readonly texts: readonly string[] } | { readonly pngBase64: string };

/** What an upstream of a protocol says. */
export type UpstreamTongue = {
  /** A whole answer of about 1 KB. */
  readonly whole: string;
  spoken(events: number): Spoken;
  /** The channel to an upstream that speaks it. */
  channel(mock: string): {
    readonly provider: string;
    readonly baseUrl: string;
    readonly settings?: string;
  };
  /** How a stream's events go over the wire, where not as they are written here. */
  encode?(events: string): Uint8Array;
};

/** What a client of a protocol says, and an upstream of the same. */
export type ProtocolSample = UpstreamTongue & {
  /** Where a client asks for a model, with query. */
  path(model: string, stream: boolean): string;
  /** The body of a request of about 2 KB: instructions, a conversation, a tool. */
  request(model: string, stream: boolean): string;
  /** The body of a request that says this and no more. */
  saying(model: string, saying: Saying): string;
};

const system =
  'You are the assistant of a small museum of clocks. Answer in one or two sentences, in the language of the visitor. ' +
  'Never invent an exhibit; when you do not know, say so and point to the information desk beside the entrance. '.repeat(
    5,
  );
const conversation: readonly string[] = [
  'Good morning! We are two adults and a child of six. How long should we plan for a visit, and is there anything for her?',
  'Good morning! Plan about ninety minutes. Your daughter can wind a tower clock herself in the second room, at eleven and at two.',
  'Lovely. Is the astronomical clock from Prague still on show, or has it gone back? A friend saw it here "last summer".',
  'It went back in September. In its place there is a planetarium clock from Kraków, which is older by some sixty years.',
  'And when do you close today?\nWe would come at about three, if that is early enough.',
];
const tool = {
  name: 'opening_hours',
  description: 'Opening hours of the museum on a day, with the last time of admission.',
  schema: {
    type: 'object',
    properties: {
      day: { type: 'string', description: 'The day as YYYY-MM-DD, in the local time of the museum.' },
      room: { type: 'string', enum: ['all', 'towers', 'watches', 'planetarium'], description: 'One room, or all.' },
    },
    required: ['day'],
  },
};

const answer = 'All work and no play makes a dull gateway. '.repeat(15);
const token = ' token';
const said = (events: number): string => token.repeat(events);
const role = (index: number): 'user' | 'assistant' => (index % 2 === 0 ? 'user' : 'assistant');
const textsOf = (saying: Saying): readonly string[] =>
  'texts' in saying ? saying.texts : 'text' in saying ? [saying.text] : ['What is in this picture?'];
const imageOf = (saying: Saying): string | undefined => ('pngBase64' in saying ? saying.pngBase64 : undefined);
const dataUrl = (base64: string): string => `data:image/png;base64,${base64}`;

const data = (json: object): string => `data: ${JSON.stringify(json)}\n\n`;
const event = (json: { readonly type: string; readonly [key: string]: unknown }): string =>
  `event: ${json.type}\n${data(json)}`;
const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const chatHead = { id: 'chatcmpl-BENCHBENCHBENCHBENCH', created: 1_700_000_000, model: 'bench-model' };
const chatChunk = (rest: object): string =>
  data({
    id: chatHead.id,
    object: 'chat.completion.chunk',
    created: chatHead.created,
    model: chatHead.model,
    system_fingerprint: 'fp_bench',
    ...rest,
  });

const chat: ProtocolSample = {
  path: () => '/v1/chat/completions',
  request: (model, stream) =>
    JSON.stringify({
      model,
      messages: [
        { role: 'system', content: system },
        ...conversation.map((content, index) => ({ role: role(index), content })),
      ],
      tools: [
        {
          type: 'function',
          function: { name: tool.name, description: tool.description, parameters: tool.schema },
        },
      ],
      temperature: 0.7,
      max_tokens: 400,
      ...(stream ? { stream: true } : undefined),
    }),
  saying(model, saying) {
    const image = imageOf(saying);
    const texts = textsOf(saying);
    const messages =
      image === undefined
        ? texts.map((content, index) => ({ role: role(index), content }))
        : [
            {
              role: 'user',
              content: [
                ...texts.map((text) => ({ type: 'text', text })),
                { type: 'image_url', image_url: { url: dataUrl(image) } },
              ],
            },
          ];
    return JSON.stringify({ model, messages, max_tokens: 100 });
  },
  whole: JSON.stringify({
    ...chatHead,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 12, completion_tokens: 50, total_tokens: 62 },
    system_fingerprint: 'fp_bench',
  }),
  spoken(events) {
    const delta = chatChunk({
      choices: [{ index: 0, delta: { content: token }, logprobs: null, finish_reason: null }],
    });
    const stop = chatChunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    const usage = { prompt_tokens: 12, completion_tokens: events, total_tokens: 12 + events };
    return {
      head: chatChunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
      deltas: times(events, () => delta),
      tail: `${stop}data: [DONE]\n\n`,
      tailWithUsage: `${stop}${chatChunk({ choices: [], usage })}data: [DONE]\n\n`,
    };
  },
  channel: (mock) => ({ provider: 'custom', baseUrl: `${mock}/v1` }),
};

const responseId = 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b';
const messageId = 'msg_68af4030baa48193b0b43b4c2a176a1a05438e46b5f69a3b';
const responseOf = (rest: object): object => ({
  id: responseId,
  object: 'response',
  created_at: 1_700_000_000,
  background: false,
  error: null,
  incomplete_details: null,
  instructions: system,
  max_output_tokens: 400,
  model: 'bench-model',
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: false,
  temperature: 0.7,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [{ type: 'function', name: tool.name, description: tool.description, parameters: tool.schema, strict: false }],
  top_p: 1,
  truncation: 'disabled',
  user: null,
  metadata: {},
  ...rest,
});
const outputText = (text: string): object => ({ type: 'output_text', annotations: [], logprobs: [], text });
const message = (status: string, content: readonly object[]): object => ({
  id: messageId,
  type: 'message',
  status,
  content,
  role: 'assistant',
});
const responsesUsage = (output: number): object => ({
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 12 + output,
});
/** The content of a message, as each side's word for it is. */
const contentType = (index: number): string => (role(index) === 'user' ? 'input_text' : 'output_text');

const responses: ProtocolSample = {
  path: () => '/v1/responses',
  request: (model, stream) =>
    JSON.stringify({
      model,
      instructions: system,
      input: conversation.map((text, index) => ({
        role: role(index),
        content: [{ type: contentType(index), text }],
      })),
      tools: [
        { type: 'function', name: tool.name, description: tool.description, parameters: tool.schema, strict: false },
      ],
      temperature: 0.7,
      max_output_tokens: 400,
      store: false,
      ...(stream ? { stream: true } : undefined),
    }),
  saying(model, saying) {
    const image = imageOf(saying);
    const input = textsOf(saying).map((text, index) => ({
      role: role(index),
      content: [
        { type: contentType(index), text },
        ...(image === undefined ? [] : [{ type: 'input_image', image_url: dataUrl(image) }]),
      ],
    }));
    return JSON.stringify({ model, input, max_output_tokens: 100, store: false });
  },
  whole: JSON.stringify(
    responseOf({
      status: 'completed',
      output: [message('completed', [outputText(answer)])],
      usage: responsesUsage(50),
    }),
  ),
  spoken(events) {
    let number = 0;
    const frame = (type: string, rest: object): string => event({ type, sequence_number: number++, ...rest });
    const begun = { response: responseOf({ status: 'in_progress', output: [], usage: null }) };
    const where = { item_id: messageId, output_index: 0, content_index: 0 };
    const head =
      frame('response.created', begun) +
      frame('response.in_progress', begun) +
      frame('response.output_item.added', { output_index: 0, item: message('in_progress', []) }) +
      frame('response.content_part.added', { ...where, part: outputText('') });
    const deltas = times(events, () =>
      frame('response.output_text.delta', { ...where, delta: token, logprobs: [], obfuscation: 'uQ0r5Wj1kS' }),
    );
    const text = said(events);
    const item = message('completed', [outputText(text)]);
    const done = { status: 'completed', output: [item], usage: responsesUsage(events) };
    const tail =
      frame('response.output_text.done', { ...where, text, logprobs: [] }) +
      frame('response.content_part.done', { ...where, part: outputText(text) }) +
      frame('response.output_item.done', { output_index: 0, item }) +
      frame('response.completed', { response: responseOf(done) });
    return { head, deltas, tail };
  },
  channel: (mock) => ({ provider: 'custom', baseUrl: `${mock}/v1`, settings: '{ textApi: responses }' }),
};

const messageHead = { id: 'msg_01BENCHBENCHBENCHBENCHBE', type: 'message', role: 'assistant', model: 'bench-model' };
const messagesUsage = { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

const messages: ProtocolSample = {
  path: () => '/v1/messages',
  request: (model, stream) =>
    JSON.stringify({
      model,
      system,
      messages: conversation.map((text, index) => ({ role: role(index), content: [{ type: 'text', text }] })),
      tools: [{ name: tool.name, description: tool.description, input_schema: tool.schema }],
      temperature: 0.7,
      max_tokens: 400,
      ...(stream ? { stream: true } : undefined),
    }),
  saying(model, saying) {
    const image = imageOf(saying);
    const asked = textsOf(saying).map((text, index) => ({
      role: role(index),
      content: [
        { type: 'text', text },
        ...(image === undefined
          ? []
          : [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }]),
      ],
    }));
    return JSON.stringify({ model, messages: asked, max_tokens: 100 });
  },
  whole: JSON.stringify({
    ...messageHead,
    content: [{ type: 'text', text: answer }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { ...messagesUsage, output_tokens: 50, service_tier: 'standard' },
  }),
  spoken(events) {
    const begun = {
      ...messageHead,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...messagesUsage, output_tokens: 1, service_tier: 'standard' },
    };
    const delta = event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: token } });
    const start = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
    const stop = { type: 'content_block_stop', index: 0 };
    const end = {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { ...messagesUsage, output_tokens: events },
    };
    const opening = { type: 'message_start', message: begun };
    return {
      head: event(opening) + event(start) + event({ type: 'ping' }),
      deltas: times(events, () => delta),
      tail: event(stop) + event(end) + event({ type: 'message_stop' }),
    };
  },
  channel: (mock) => ({ provider: 'anthropic', baseUrl: mock }),
};

/** Google tells usage in every piece, and its frames end in CRLF. */
const geminiPiece = (candidate: object, output: number): object => ({
  candidates: [{ ...candidate, index: 0 }],
  usageMetadata: {
    promptTokenCount: 12,
    candidatesTokenCount: output,
    totalTokenCount: 12 + output,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }],
  },
  modelVersion: 'bench-model',
  responseId: 'BENCHBENCHBENCHBENCHBEN',
});
const spokenParts = (text: string): object => ({ content: { parts: [{ text }], role: 'model' } });

const gemini: ProtocolSample = {
  path: (model, stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  request: () =>
    JSON.stringify({
      systemInstruction: { parts: [{ text: system }] },
      contents: conversation.map((text, index) => ({
        role: role(index) === 'user' ? 'user' : 'model',
        parts: [{ text }],
      })),
      tools: [{ functionDeclarations: [{ name: tool.name, description: tool.description, parameters: tool.schema }] }],
      generationConfig: { temperature: 0.7, maxOutputTokens: 400 },
    }),
  saying(_model, saying) {
    const image = imageOf(saying);
    const contents = textsOf(saying).map((text, index) => ({
      role: role(index) === 'user' ? 'user' : 'model',
      parts: [{ text }, ...(image === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: image } }])],
    }));
    return JSON.stringify({ contents, generationConfig: { maxOutputTokens: 100 } });
  },
  whole: JSON.stringify(geminiPiece({ ...spokenParts(answer), finishReason: 'STOP' }, 50)),
  spoken(events) {
    const frame = (candidate: object, output: number): string =>
      `data: ${JSON.stringify(geminiPiece(candidate, output))}\r\n\r\n`;
    return {
      head: '',
      deltas: times(events, (index) => frame(spokenParts(token), index + 1)),
      tail: frame({ ...spokenParts(''), finishReason: 'STOP' }, events),
    };
  },
  channel: (mock) => ({ provider: 'gemini', baseUrl: mock }),
};

const named = (type: string, json: object): string => `event: ${type}\n${data(json)}`;

/** Amazon's own: no client speaks it. It pads its events, so that their lengths tell nothing. */
const converse: UpstreamTongue = {
  whole: JSON.stringify({
    metrics: { latencyMs: 551 },
    output: { message: { content: [{ text: answer }], role: 'assistant' } },
    stopReason: 'end_turn',
    usage: { inputTokens: 12, outputTokens: 50, totalTokens: 62 },
  }),
  spoken(events) {
    const delta = named('contentBlockDelta', { contentBlockIndex: 0, delta: { text: token }, p: 'abcdefghijkl' });
    const usage = { inputTokens: 12, outputTokens: events, totalTokens: 12 + events };
    return {
      head: named('messageStart', { p: 'abcdefg', role: 'assistant' }),
      deltas: times(events, () => delta),
      tail:
        named('contentBlockStop', { contentBlockIndex: 0, p: 'abcdefghijklmn' }) +
        named('messageStop', { p: 'abc', stopReason: 'end_turn' }) +
        named('metadata', { metrics: { latencyMs: 551 }, p: 'abcd', usage }),
    };
  },
  channel: (mock) => ({ provider: 'bedrock', baseUrl: mock, settings: '{ region: eu-west-1 }' }),
  encode: (events) => concatBytes(readFrames().push(encodeText(events)).map(encodeFrame)),
};

/** Every sample by its name. */
export const protocolSamples: Readonly<Record<SampleProtocol, ProtocolSample>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': messages,
  gemini,
};

/** What the upstreams of every protocol say. */
export const upstreams: Readonly<Record<UpstreamName, UpstreamTongue>> = {
  ...protocolSamples,
  'bedrock-converse': converse,
};

/** A stream's events as the bytes that an upstream sends. */
export const streamOf = (name: UpstreamName, events: string): Uint8Array =>
  upstreams[name].encode?.(events) ?? encodeText(events);
