import { lines, outputOf, reasoningTokensOf, tokens, type Turn } from './play.ts';
import type { Asked } from './asked.ts';
import { asObject, asObjects, asText, demand, demandClosed, onlyKnown, words, type JsonObject } from './demand.ts';
import { pieces, sse, type Script } from './script.ts';
import type { SignatureCache } from './signatures.ts';

const knownFields = words(
  'model messages stream stream_options tools tool_choice parallel_tool_calls response_format',
  'max_tokens max_completion_tokens temperature top_p n stop seed user logit_bias',
  'logprobs top_logprobs presence_penalty frequency_penalty reasoning_effort verbosity store',
  'metadata modalities audio prediction service_tier safety_identifier prompt_cache_key',
  'web_search_options',
);
const knownMessages: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  // `parsed` and `name` are what OpenAI's and LangChain's own clients give back.
  assistant: ['role', 'content', 'name', 'refusal', 'audio', 'tool_calls', 'annotations', 'parsed'],
  tool: ['role', 'content', 'tool_call_id', 'name'],
};

/** How vendors of Chat differ in what they tell of reasoning, and want back. */
type Flavour = {
  readonly strict: boolean;
  thinks(body: JsonObject): boolean;
  /** Fields of a whole message, and those of a stream's deltas. */
  tell(
    reasoning: string,
    signatures: SignatureCache,
  ): { readonly message: JsonObject; readonly deltas: readonly JsonObject[] };
  /** Whether an answer comes back with the reasoning it was given with; refuses it where the vendor does. */
  check(message: JsonObject, calls: boolean, thinks: boolean, signatures: SignatureCache): boolean;
  readonly usage: JsonObject;
  /** Fields and parts that OpenAI has and this vendor refuses. */
  refuse(body: JsonObject): void;
};

/** https://platform.openai.com/docs/api-reference/chat, which tells no reasoning. */
export const openaiChat: Script = chatScript({
  strict: true,
  thinks: () => false,
  tell: () => ({ message: {}, deltas: [] }),
  check: () => false,
  usage: { prompt_tokens_details: { cached_tokens: tokens.cached, audio_tokens: 0 } },
  refuse: () => undefined,
});

/** https://openrouter.ai/docs/guides/best-practices/reasoning-tokens: Chat with signed reasoning, lenient otherwise. */
export const openrouter: Script = chatScript({
  strict: false,
  thinks: (body) => body['reasoning_effort'] !== undefined || body['reasoning'] !== undefined,
  tell(text, signatures) {
    const rest = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 };
    const signature = signatures.issue('openrouter', { ...rest, text });
    return {
      message: { reasoning: text, reasoning_details: [{ ...rest, text, signature }] },
      deltas: [
        ...pieces(text, 7).map((piece) => ({ reasoning: piece, reasoning_details: [{ ...rest, text: piece }] })),
        { reasoning: null, reasoning_details: [{ ...rest, signature }] },
      ],
    };
  },
  check(message, _calls, _thinks, signatures) {
    if (message['reasoning_details'] === undefined) return false;
    for (const { signature, ...covered } of asObjects(message['reasoning_details'], 'reasoning_details')) {
      signatures.check('openrouter', signature, covered);
      const told = message['reasoning'] ?? message['reasoning_content'] ?? covered['text'];
      demand(told === covered['text'], 'reasoning differs from its details');
    }
    return true;
  },
  usage: { prompt_tokens_details: { cached_tokens: tokens.cached } },
  refuse: () => undefined,
});

/** https://api-docs.deepseek.com/guides/thinking_mode: reasoning without signatures, which must not be missing beside calls. */
export const deepseek: Script = chatScript({
  strict: false,
  thinks: (body) => body['model'] === 'deepseek-reasoner',
  tell: (text) => ({
    message: { reasoning_content: text },
    deltas: pieces(text, 7).map((piece) => ({ content: null, reasoning_content: piece })),
  }),
  check(message, calls, thinks) {
    const told = message['reasoning_content'];
    demand(!thinks || !calls || told !== undefined, 'Missing `reasoning_content` field in the assistant message');
    return typeof told === 'string' && (lines.reasoning as readonly string[]).includes(told);
  },
  usage: { prompt_cache_hit_tokens: tokens.cached, prompt_cache_miss_tokens: tokens.input - tokens.cached },
  refuse(body) {
    const format = body['response_format'] as JsonObject | undefined;
    demand(format?.['type'] !== 'json_schema', 'This response_format type is unavailable now');
    demand(!JSON.stringify(body['messages']).includes('"image_url"'), 'unknown variant `image_url`, expected `text`');
  },
});

function chatScript(flavour: Flavour): Script {
  return {
    read({ body, headers }, signatures) {
      demand(headers.get('authorization')?.startsWith('Bearer '), "You didn't provide an API key.");
      if (flavour.strict) onlyKnown(body, knownFields, 'Unrecognized request argument supplied');
      asText(body['model'], 'model');
      demand(
        body['stream_options'] === undefined || body['stream'] === true,
        'stream_options is only allowed with stream',
      );
      demand(
        body['max_tokens'] === undefined || body['max_completion_tokens'] === undefined,
        'both maximums are given',
      );
      const tools = body['tools'] === undefined ? [] : asObjects(body['tools'], 'tools').map(readTool);
      for (const field of ['tool_choice', 'parallel_tool_calls'])
        demand(body[field] === undefined || tools.length > 0, `'${field}' is only allowed when 'tools' are specified.`);
      flavour.refuse(body);
      const thinking = flavour.thinks(body);
      const check = (message: JsonObject, calls: boolean): boolean =>
        flavour.check(message, calls, thinking, signatures);
      const rounds = readRounds(asObjects(body['messages'], 'messages'), flavour.strict, check);
      return {
        model: asText(body['model'], 'model'),
        stream: body['stream'] === true,
        thinking,
        schema: readFormat(body),
        tools,
        ...rounds,
      };
    },
    whole(turn, asked, signatures) {
      const message = {
        role: 'assistant',
        content: turn.text ?? null,
        refusal: null,
        ...(turn.reasoning === undefined ? {} : flavour.tell(turn.reasoning, signatures).message),
        ...(turn.calls ? { tool_calls: turn.calls.map(toolCall) } : {}),
        annotations: [],
      };
      const choice = { index: 0, message, logprobs: null, finish_reason: finishOf(turn) };
      return { ...head('chat.completion', asked), choices: [choice], usage: usageOf(turn, flavour) };
    },
    frames(turn, asked, signatures) {
      const base = head('chat.completion.chunk', asked);
      const frame = (delta: JsonObject, finish_reason: string | null = null): string =>
        sse({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason }], usage: null });
      const frames = [frame({ role: 'assistant', content: turn.text === undefined ? null : '', refusal: null })];
      const reasoning = turn.reasoning === undefined ? [] : flavour.tell(turn.reasoning, signatures).deltas;
      for (const delta of reasoning) frames.push(frame({ content: '', ...delta }));
      for (const content of pieces(turn.text ?? '', 7)) frames.push(frame({ content }));
      for (const [index, call] of (turn.calls ?? []).entries()) {
        const { function: fn, ...rest } = toolCall(call);
        frames.push(frame({ tool_calls: [{ index, ...rest, function: { ...fn, arguments: '' } }] }));
        for (const piece of pieces(fn.arguments, 5))
          frames.push(frame({ tool_calls: [{ index, function: { arguments: piece } }] }));
      }
      frames.push(
        frame({}, finishOf(turn)),
        sse({ ...base, choices: [], usage: usageOf(turn, flavour) }),
        'data: [DONE]\n\n',
      );
      return frames;
    },
    error: (_status, message) => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
    errorFrame: (message) => sse({ error: { message, type: 'server_error', param: null, code: null } }),
  };
}

let completions = 0;
const head = (object: string, { model }: Asked): JsonObject => ({
  id: `chatcmpl-${++completions}`,
  object,
  created: 1_700_000_000,
  model,
  service_tier: 'default',
  system_fingerprint: 'fp_1',
});

const finishOf = (turn: Turn): string => (turn.calls ? 'tool_calls' : 'stop');

const toolCall = ({ id, name, args }: NonNullable<Turn['calls']>[number]) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(args) },
});

const usageOf = (turn: Turn, flavour: Flavour): JsonObject => ({
  prompt_tokens: tokens.input,
  completion_tokens: outputOf(turn),
  total_tokens: tokens.input + outputOf(turn),
  ...flavour.usage,
  completion_tokens_details: { reasoning_tokens: reasoningTokensOf(turn), audio_tokens: 0 },
});

function readTool(tool: JsonObject): string {
  demand(tool['type'] === 'function', 'tools.type');
  onlyKnown(tool, ['type', 'function'], 'tools');
  const fn = asObject(tool['function'], 'tools.function');
  onlyKnown(fn, ['name', 'description', 'parameters', 'strict'], 'tools.function');
  if (fn['strict'] === true) demandClosed(fn['parameters'], 'tools.function.parameters', true);
  const name = asText(fn['name'], 'tools.function.name');
  demand(/^[\w-]{1,64}$/.test(name), 'tools.function.name');
  return name;
}

function readFormat(body: JsonObject): unknown {
  if (body['response_format'] === undefined) return undefined;
  const format = asObject(body['response_format'], 'response_format');
  if (format['type'] === 'json_object') {
    const texts = asObjects(body['messages'], 'messages').map((message) => String(message['content']));
    demand(/json/i.test(texts.join('\n')), "Prompt must contain the word 'json' in some form");
    // A schema in words, as a model would read it.
    const [, shown] = texts.map((text) => /JSON schema:\n(.+)$/.exec(text)).find((found) => found !== null) ?? [];
    return shown === undefined ? undefined : (JSON.parse(shown) as unknown);
  }
  if (format['type'] !== 'json_schema') return undefined;
  const schema = asObject(format['json_schema'], 'response_format.json_schema');
  onlyKnown(schema, ['name', 'description', 'schema', 'strict'], 'response_format.json_schema');
  demand(/^[\w-]{1,64}$/.test(asText(schema['name'], 'response_format.json_schema.name')), 'json_schema.name');
  if (schema['strict'] === true) demandClosed(schema['schema'], 'response_format.json_schema.schema', true);
  return schema['schema'];
}

type Rounds = Pick<Asked, 'prompt' | 'images' | 'step' | 'signedSteps' | 'results'>;

/** Messages in order: the results of a turn's calls, all of them and nothing else, directly behind it. */
function readRounds(
  messages: readonly JsonObject[],
  strict: boolean,
  check: (message: JsonObject, calls: boolean) => boolean,
): Rounds {
  let rounds: Rounds = { prompt: '', images: [], step: 0, signedSteps: 0, results: [] };
  let open: readonly string[] = [];
  const results = new Map<string, string>();
  for (const [i, message] of messages.entries()) {
    const where = `messages[${i}]`;
    const role = asText(message['role'], `${where}.role`);
    const known = knownMessages[role];
    demand(known, `Invalid value: '${role}'`);
    if (strict) onlyKnown(message, known, where);
    if (role === 'tool') {
      const id = asText(message['tool_call_id'], `${where}.tool_call_id`);
      demand(open.includes(id) && !results.has(id), `${where}: 'tool' must follow a message with its 'tool_calls'`);
      results.set(id, textOf(message['content'], where));
      if (results.size === open.length)
        rounds = { ...rounds, step: rounds.step + 1, results: open.map((call) => results.get(call) ?? '') };
      continue;
    }
    demand(open.length === results.size, `${where}: 'tool_calls' must be followed by tool messages for each of them`);
    open = [];
    results.clear();
    if (role === 'user') rounds = { ...readUser(message, where), step: 0, signedSteps: 0, results: [] };
    if (role !== 'assistant') continue;
    const calls = message['tool_calls'] === undefined ? [] : asObjects(message['tool_calls'], `${where}.tool_calls`);
    demand(message['tool_calls'] === undefined || calls.length > 0, `${where}.tool_calls is too short`);
    demand(calls.length > 0 || textOf(message['content'] ?? '', where) !== '', `${where}.content: null without calls`);
    open = calls.map((call) => readCall(call, where));
    if (check(message, calls.length > 0)) rounds = { ...rounds, signedSteps: rounds.signedSteps + 1 };
  }
  demand(open.length === results.size, `'tool_calls' must be followed by tool messages for each of them`);
  return rounds;
}

function readCall(call: JsonObject, where: string): string {
  const fn = asObject(call['function'], `${where}.tool_calls.function`);
  asText(fn['name'], `${where}.tool_calls.function.name`);
  asObject(JSON.parse(asText(fn['arguments'], `${where}.arguments`)), `${where}.arguments`);
  return asText(call['id'], `${where}.tool_calls.id`);
}

function readUser(message: JsonObject, where: string): Pick<Rounds, 'prompt' | 'images'> {
  const { content } = message;
  if (typeof content === 'string') return { prompt: content, images: [] };
  const parts = asObjects(content, `${where}.content`);
  return {
    prompt: parts.map((part) => (part['type'] === 'text' ? asText(part['text'], where) : '')).join(''),
    images: parts.flatMap((part) => {
      if (part['type'] !== 'image_url') return [];
      const url = asText(asObject(part['image_url'], 'image_url')['url'], 'image_url.url');
      return [url.replace('data:image/png;base64,', '')];
    }),
  };
}

function textOf(content: unknown, where: string): string {
  if (typeof content === 'string') return content;
  return asObjects(content, `${where}.content`)
    .map((part) => asText(part['text'], `${where}.content.text`))
    .join('');
}
