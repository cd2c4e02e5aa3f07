import type { ChannelSpec } from '../../relay/testing/gateway.ts';
import { answer, frame, streamAnswer, type Behaviour } from '../../relay/testing/scripted-upstream.ts';

/** The text protocols that clients and upstreams both speak. */
export const spoken = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'gemini-interactions',
] as const;
export type Spoken = (typeof spoken)[number];

/** What an upstream is to answer: a text or nothing, a call or none, and how it says that it ended. */
export type Script = {
  readonly text?: string;
  readonly call?: boolean;
  /** In the protocol's own words; undefined leaves it out. Responses: a status, or what made it incomplete. */
  readonly stop: string | undefined;
  /** The model that it says answered. */
  readonly model?: string;
  /** Why, in words (Gemini). */
  readonly detail?: string;
  readonly input: number;
  readonly output: number;
  /** A stream that ends without its protocol's terminator. */
  readonly unterminated?: boolean;
};

/** What a client saw. */
export type Seen = {
  readonly status: number;
  readonly text: string;
  /** Names of the tools that were called. */
  readonly calls: readonly string[];
  /** In the protocol's own words; of Responses the status, with what made it incomplete. */
  readonly stop: string | undefined;
  /** The code or type of an error, as an answer or in a stream. */
  readonly error: string | undefined;
  /** A stream has its protocol's terminator. */
  readonly terminated: boolean;
};

type Json = Readonly<Record<string, unknown>>;
type Speaker = {
  readonly channel: Omit<ChannelSpec, 'id' | 'baseUrl'>;
  ask(stream: boolean): { readonly path: string; readonly body: Json };
  whole(script: Script): Json;
  frames(script: Script): readonly string[];
  /** `bodies` are the whole answer, or the objects of a stream. */
  see(bodies: readonly Json[], raw: string): Omit<Seen, 'status'>;
};

const named = (json: Json & { readonly type: string }): string =>
  `event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`;
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const errorIn = (bodies: readonly Json[], name: string): string | undefined =>
  bodies.map((body) => word(object(body['error'])[name])).find((found) => found !== undefined);

/** Under the name that a protocol has for the model that answered. */
const modelOf = ({ model }: Pick<Script, 'model'>, key = 'model'): Json =>
  model === undefined ? {} : { [key]: model };

const chatUsage = ({ input, output }: Script) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});
const chatCalls = (call: boolean | undefined) =>
  call ? { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }] } : {};
const chatChunk = (delta: Json, finish_reason: string | null, more: Json = {}): string =>
  frame({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...more });

const chat: Speaker = {
  channel: { provider: 'openai', settings: { textApi: 'chat' } },
  ask: (stream) => ({
    path: '/v1/chat/completions',
    body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...(stream && { stream }) },
  }),
  whole: (script) => ({
    id: 'c',
    object: 'chat.completion',
    ...modelOf(script),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: script.text ?? null, ...chatCalls(script.call) },
        ...(script.stop !== undefined && { finish_reason: script.stop }),
      },
    ],
    usage: chatUsage(script),
  }),
  frames: (script) => [
    chatChunk({ role: 'assistant', content: script.text ?? '' }, null, modelOf(script)),
    ...(script.call ? [chatChunk(chatCalls(true), null)] : []),
    ...(script.stop === undefined ? [] : [chatChunk({}, script.stop)]),
    frame({ id: 'c', object: 'chat.completion.chunk', choices: [], usage: chatUsage(script) }),
    ...(script.unterminated ? [] : [frame('[DONE]')]),
  ],
  see(bodies, raw) {
    const choices = bodies.flatMap((body) => list(body['choices']));
    const messages = choices.map((choice) => object(choice['delta'] ?? choice['message']));
    return {
      text: messages.map(({ content }) => text(content)).join(''),
      calls: messages
        .flatMap((message) => list(message['tool_calls']))
        .map((call) => text(object(call['function'])['name']))
        .filter((name) => name !== ''),
      stop: choices.map((choice) => word(choice['finish_reason'])).findLast((stop) => stop !== undefined),
      error: errorIn(bodies, 'code'),
      terminated: raw.includes('data: [DONE]'),
    };
  },
};

const response = (script: Script, output: readonly Json[]): Json => ({
  id: 'resp_1',
  object: 'response',
  ...modelOf(script),
  status: script.stop === undefined || script.stop === 'completed' ? 'completed' : 'incomplete',
  incomplete_details: script.stop === undefined || script.stop === 'completed' ? null : { reason: script.stop },
  output,
  usage: { input_tokens: script.input, output_tokens: script.output, total_tokens: script.input + script.output },
});
const outputOf = (script: Script): readonly Json[] => [
  ...(script.text === undefined
    ? []
    : [{ type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: script.text }] }]),
  ...(script.call ? [{ type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'look', arguments: '{}' }] : []),
];

const responses: Speaker = {
  channel: { provider: 'openai', settings: { textApi: 'responses' } },
  ask: (stream) => ({ path: '/v1/responses', body: { model: 'm', input: 'Hi', ...(stream && { stream }) } }),
  whole: (script) => response(script, outputOf(script)),
  frames(script) {
    const whole = response(script, outputOf(script));
    return [
      named({ type: 'response.created', response: { id: 'resp_1', object: 'response', status: 'in_progress' } }),
      ...(script.text === undefined
        ? []
        : [named({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: script.text })]),
      ...outputOf(script).map((item, output_index) => named({ type: 'response.output_item.done', output_index, item })),
      ...(script.unterminated ? [] : [named({ type: `response.${text(whole['status'])}`, response: whole })]),
    ];
  },
  see(bodies) {
    const ends = bodies.map((body) => (typeof body['response'] === 'object' ? object(body['response']) : body));
    const last = ends.findLast(({ status }) => status === 'completed' || status === 'incomplete');
    const reason = word(object(last?.['incomplete_details'])['reason']);
    const items = list(last?.['output']);
    const said = items
      .flatMap((item) => list(item['content']))
      .map((part) => text(part['text'] ?? part['refusal']))
      .join('');
    const deltas = bodies.map(({ type, delta }) => (type === 'response.output_text.delta' ? text(delta) : '')).join('');
    return {
      text: deltas === '' ? said : deltas,
      calls: items.filter(({ type }) => type === 'function_call').map(({ name }) => text(name)),
      stop: last && text(last['status']) + (reason === undefined ? '' : ` ${reason}`),
      error: errorIn(bodies, 'code'),
      terminated: bodies.some(({ type }) => type === 'response.completed' || type === 'response.incomplete'),
    };
  },
};

const messages: Speaker = {
  channel: { provider: 'anthropic' },
  ask: (stream) => ({
    path: '/v1/messages',
    body: { model: 'm', max_tokens: 99, messages: [{ role: 'user', content: 'Hi' }], ...(stream && { stream }) },
  }),
  whole: ({ text: said, call, stop = null, input, output, ...script }) => ({
    ...modelOf(script),
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [
      ...(said === undefined ? [] : [{ type: 'text', text: said }]),
      ...(call ? [{ type: 'tool_use', id: 'c1', name: 'look', input: {} }] : []),
    ],
    stop_reason: stop,
    stop_sequence: null,
    usage: { input_tokens: input, output_tokens: output },
  }),
  frames: ({ text: said, call, stop = null, input, output, unterminated, ...script }) => {
    const usage = { input_tokens: input, output_tokens: 0 };
    const block = (index: number, content_block: Json, delta: Json): readonly string[] => [
      named({ type: 'content_block_start', index, content_block }),
      named({ type: 'content_block_delta', index, delta }),
      named({ type: 'content_block_stop', index }),
    ];
    return [
      named({
        type: 'message_start',
        message: { id: 'msg_1', role: 'assistant', content: [], usage, ...modelOf(script) },
      }),
      ...(said === undefined ? [] : block(0, { type: 'text', text: '' }, { type: 'text_delta', text: said })),
      ...(call
        ? block(
            1,
            { type: 'tool_use', id: 'c1', name: 'look', input: {} },
            { type: 'input_json_delta', partial_json: '{}' },
          )
        : []),
      named({ type: 'message_delta', delta: { stop_reason: stop }, usage: { output_tokens: output } }),
      ...(unterminated ? [] : [named({ type: 'message_stop' })]),
    ];
  },
  see(bodies) {
    const blocks = bodies.flatMap((body) => [...list(body['content']), object(body['content_block'])]);
    return {
      text: [...blocks, ...bodies.map((body) => object(body['delta']))].map((one) => text(one['text'])).join(''),
      calls: blocks.filter(({ type }) => type === 'tool_use').map(({ name }) => text(name)),
      stop: bodies
        .flatMap((body) => [word(body['stop_reason']), word(object(body['delta'])['stop_reason'])])
        .findLast((stop) => stop !== undefined),
      error: errorIn(bodies, 'type'),
      terminated: bodies.some(({ type }) => type === 'message_stop'),
    };
  },
};

const candidates = (script: Script): Json => ({
  ...modelOf(script, 'modelVersion'),
  candidates: [
    {
      index: 0,
      ...((script.text !== undefined || script.call) && {
        content: {
          role: 'model',
          parts: [
            ...(script.text === undefined ? [] : [{ text: script.text }]),
            ...(script.call ? [{ functionCall: { name: 'look', args: {} } }] : []),
          ],
        },
      }),
      ...(script.stop !== undefined && { finishReason: script.stop }),
      ...(script.detail !== undefined && { finishMessage: script.detail }),
    },
  ],
  usageMetadata: {
    promptTokenCount: script.input,
    ...(script.output > 0 && { candidatesTokenCount: script.output }),
    totalTokenCount: script.input + script.output,
  },
});

const gemini: Speaker = {
  channel: { provider: 'gemini', settings: { textApi: 'generate-content' } },
  ask: (stream) => ({
    path: stream ? '/v1beta/models/m:streamGenerateContent?alt=sse' : '/v1beta/models/m:generateContent',
    body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  }),
  whole: candidates,
  frames: (script) => [frame(candidates(script))],
  see(bodies) {
    const all = bodies.flatMap((body) => list(body['candidates']));
    const parts = all.flatMap((candidate) => list(object(candidate['content'])['parts']));
    return {
      text: parts.map((part) => text(part['text'])).join(''),
      calls: parts.flatMap((part) => (part['functionCall'] ? [text(object(part['functionCall'])['name'])] : [])),
      stop: all.map((candidate) => word(candidate['finishReason'])).findLast((stop) => stop !== undefined),
      error: errorIn(bodies, 'status'),
      terminated: true,
    };
  },
};

const interaction = (script: Script): Json => ({
  id: 'v1_1',
  object: 'interaction',
  ...modelOf(script),
  ...(script.stop !== undefined && { status: script.stop }),
  ...(script.detail !== undefined && { errors: [{ code: script.detail, message: script.detail }] }),
  usage: {
    total_input_tokens: script.input,
    total_output_tokens: script.output,
    total_tokens: script.input + script.output,
  },
});
const stepsOf = (script: Script): readonly Json[] => [
  ...(script.text === undefined ? [] : [{ type: 'model_output', content: [{ type: 'text', text: script.text }] }]),
  ...(script.call ? [{ type: 'function_call', id: 'c1', name: 'look', arguments: {} }] : []),
];
const eventNamed = (json: Json & { readonly event_type: string }): string =>
  `event: ${json.event_type}\ndata: ${JSON.stringify(json)}\n\n`;

const interactions: Speaker = {
  channel: { provider: 'gemini', settings: { textApi: 'interactions' } },
  ask: (stream) => ({ path: '/v1beta/interactions', body: { model: 'm', input: 'Hi', ...(stream && { stream }) } }),
  whole: (script) => ({ ...interaction(script), steps: stepsOf(script) }),
  frames: (script) => [
    eventNamed({
      event_type: 'interaction.created',
      interaction: { id: 'v1_1', status: 'in_progress', ...modelOf(script) },
    }),
    ...stepsOf(script).flatMap((step, index) => [
      eventNamed({ event_type: 'step.start', index, step }),
      eventNamed({ event_type: 'step.stop', index }),
    ]),
    ...(script.unterminated
      ? []
      : [
          eventNamed({ event_type: 'interaction.completed', interaction: interaction(script) }),
          'event: done\ndata: [DONE]\n\n',
        ]),
  ],
  see(bodies, raw) {
    const steps = bodies.flatMap((body) => [...list(body['steps']), object(body['step'])]);
    const deltas = bodies.map((body) => object(body['delta'])).filter(({ type }) => type === 'text');
    const said = [...steps.flatMap((step) => list(step['content'])), ...deltas];
    const whole = [...bodies, ...bodies.map((body) => object(body['interaction']))];
    const last = whole.findLast(({ status }) => status !== undefined && status !== 'in_progress');
    return {
      text: said.map((content) => text(content['text'])).join(''),
      calls: steps.filter(({ type }) => type === 'function_call').map(({ name }) => text(name)),
      stop: word(last?.['status']),
      error: errorIn(bodies, 'code'),
      terminated: raw.includes('data: [DONE]'),
    };
  },
};

export const speakers: Readonly<Record<Spoken, Speaker>> = {
  'openai-chat': chat,
  'openai-responses': responses,
  'anthropic-messages': messages,
  gemini,
  'gemini-interactions': interactions,
};

/** An upstream that answers by a script, streamed or whole as it is asked. */
export const answering =
  (protocol: Spoken, script: Script): Behaviour =>
  (reply, received) => {
    const isStream = received.path.includes(':stream') || object(received.json)['stream'] === true;
    const speaker = speakers[protocol];
    return isStream
      ? streamAnswer(speaker.frames(script))(reply, received)
      : answer(200, speaker.whole(script))(reply, received);
  };

/** Reads what a client of the protocol was answered. */
export async function see(protocol: Spoken, reply: Response): Promise<Seen> {
  const raw = await reply.text();
  const isStream = reply.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const bodies = isStream
    ? [...raw.matchAll(/^data: (\{.*)$/gm)].map(([, json = '{}']) => JSON.parse(json) as Json)
    : [JSON.parse(raw) as Json];
  return { status: reply.status, ...speakers[protocol].see(bodies, raw) };
}
