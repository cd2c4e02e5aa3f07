import { isDeepStrictEqual } from 'node:util';
import { outputOf, tokens, type Turn } from './play.ts';
import type { Asked } from './asked.ts';
import { asObject, asObjects, asText, demand, demandClosed, onlyKnown, words, type JsonObject } from './demand.ts';
import { pieces, sse, type Script } from './script.ts';
import type { SignatureCache } from './signatures.ts';

const own = 'anthropic-messages';

const knownFields = words(
  'model max_tokens messages system metadata stop_sequences stream temperature top_k',
  'top_p tools tool_choice thinking output_config service_tier cache_control container',
);

const knownTool = words(
  'name description input_schema cache_control type strict eager_input_streaming',
  'allowed_callers defer_loading input_examples',
);

/** https://platform.claude.com/docs/en/api/messages */
export const anthropicMessages: Script = {
  read({ body, headers }, signatures) {
    demand(headers.get('x-api-key') !== null, 'x-api-key header is required');
    const version = headers.get('anthropic-version') ?? '';
    demand(['2023-06-01', '2026-10-21'].includes(version), 'anthropic-version: header is required');
    onlyKnown(body, knownFields, 'request');
    asText(body['model'], 'model');
    const maxTokens = body['max_tokens'];
    demand(Number.isInteger(maxTokens) && Number(maxTokens) > 0, 'max_tokens: Field required');
    const thinking = readThinking(body, Number(maxTokens));
    const messages = readMessages(body);
    const tools = body['tools'] === undefined ? [] : asObjects(body['tools'], 'tools');
    for (const [i, tool] of tools.entries()) {
      onlyKnown(tool, knownTool, `tools[${i}]`);
      demand(/^[\w-]{1,128}$/.test(asText(tool['name'], 'name')), `tools.${i}.name`);
      demand(asObject(tool['input_schema'], 'input_schema')['type'] === 'object', `tools.${i}.input_schema.type`);
    }
    demand(body['tool_choice'] === undefined || tools.length > 0, 'tool_choice may only be specified with tools');
    demandPairs(messages, tools.length > 0);
    const rounds = readRounds(messages, signatures);
    if (thinking.budget && rounds.step > 0)
      demand(
        rounds.lastTurnStartsThinking,
        'messages: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block',
      );
    const format = body['output_config'] === undefined ? {} : asObject(body['output_config'], 'output_config');
    onlyKnown(format, ['format', 'effort'], 'output_config');
    const schema = (format['format'] as JsonObject | undefined)?.['schema'];
    if (schema !== undefined) demandClosed(schema, 'output_config.format.schema', false);
    return {
      stream: body['stream'] === true,
      thinking: thinking.on,
      schema,
      tools: tools.map((tool) => String(tool['name'])),
      ...rounds,
    };
  },
  whole(turn, _asked, signatures) {
    return {
      ...messageHead(),
      content: blocksOf(turn, signatures),
      stop_reason: turn.calls ? 'tool_use' : 'end_turn',
      stop_sequence: null,
      usage: { ...usageHead, output_tokens: outputOf(turn) },
    };
  },
  frames(turn, _asked, signatures) {
    const frames = [
      event({
        type: 'message_start',
        message: {
          ...messageHead(),
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { ...usageHead, output_tokens: 1 },
        },
      }),
      event({ type: 'ping' }),
    ];
    for (const [index, block] of blocksOf(turn, signatures).entries()) {
      const { start, deltas } = streamed(block);
      frames.push(event({ type: 'content_block_start', index, content_block: start }));
      for (const delta of deltas) frames.push(event({ type: 'content_block_delta', index, delta }));
      frames.push(event({ type: 'content_block_stop', index }));
    }
    frames.push(
      event({
        type: 'message_delta',
        delta: { stop_reason: turn.calls ? 'tool_use' : 'end_turn', stop_sequence: null },
        usage: { ...usageHead, output_tokens: outputOf(turn) },
      }),
      event({ type: 'message_stop' }),
    );
    return frames;
  },
  error: (status, message) => ({
    type: 'error',
    error: { type: errorTypes[status] ?? 'api_error', message },
    request_id: 'req_up',
  }),
  errorFrame: (message) => event({ type: 'error', error: { type: 'overloaded_error', message } }),
};

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

const event = (data: JsonObject & { readonly type: string }): string => sse(data, data.type);

const usageHead = {
  input_tokens: tokens.input - tokens.cached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: tokens.cached,
} as const;

let messageIds = 0;
const messageHead = (): JsonObject => ({
  id: `msg_${++messageIds}`,
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
});

function blocksOf(turn: Turn, signatures: SignatureCache): readonly JsonObject[] {
  const { reasoning } = turn;
  return [
    ...(reasoning === undefined
      ? []
      : [{ type: 'thinking', thinking: reasoning, signature: signatures.issue(own, reasoning) }]),
    ...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text }]),
    ...(turn.calls ?? []).map(({ id, name, args }) => ({ type: 'tool_use', id: `toolu_${id}`, name, input: args })),
  ];
}

function streamed(block: JsonObject): { readonly start: JsonObject; readonly deltas: readonly JsonObject[] } {
  switch (block['type']) {
    case 'thinking':
      return {
        start: { type: 'thinking', thinking: '', signature: '' },
        deltas: [
          ...pieces(String(block['thinking']), 7).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: block['signature'] },
        ],
      };
    case 'text':
      return {
        start: { type: 'text', text: '' },
        deltas: pieces(String(block['text']), 7).map((text) => ({ type: 'text_delta', text })),
      };
    default:
      return {
        start: { ...block, input: {} },
        deltas: ['', ...pieces(JSON.stringify(block['input']), 7)].map((partial_json) => ({
          type: 'input_json_delta',
          partial_json,
        })),
      };
  }
}

function readThinking(body: JsonObject, maxTokens: number): { readonly on: boolean; readonly budget: boolean } {
  const { thinking } = body;
  if (thinking === undefined) return { on: false, budget: false };
  const asked = asObject(thinking, 'thinking');
  if (asked['type'] === 'disabled') return { on: false, budget: false };
  const choice = (body['tool_choice'] as JsonObject | undefined)?.['type'];
  demand(choice !== 'any' && choice !== 'tool', 'Thinking may not be enabled when tool_choice forces tool use.');
  const { temperature } = body;
  demand(temperature === undefined || temperature === 1, '`temperature` may only be set to 1 when thinking is enabled');
  if (asked['type'] === 'adaptive') return { on: true, budget: false };
  demand(asked['type'] === 'enabled', 'thinking.type');
  const budget = Number(asked['budget_tokens']);
  demand(budget >= 1024, 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  demand(budget < maxTokens, '`max_tokens` must be greater than `thinking.budget_tokens`');
  return { on: true, budget: true };
}

type Message = { readonly role: string; readonly blocks: readonly JsonObject[] };

function readMessages(body: JsonObject): readonly Message[] {
  const messages = asObjects(body['messages'], 'messages').map((message, i): Message => {
    onlyKnown(message, ['role', 'content'], `messages.${i}`);
    const role = asText(message['role'], `messages.${i}.role`);
    const { content } = message;
    const blocks =
      typeof content === 'string' ? [{ type: 'text', text: content }] : asObjects(content, `messages.${i}.content`);
    demand(blocks.length > 0, `messages.${i}: all messages must have non-empty content`);
    for (const block of blocks) demandBlock(block, `messages.${i}`);
    return { role, blocks };
  });
  demand(messages[0]?.role === 'user', 'messages: first message must use the "user" role');
  for (const [i, { role }] of messages.entries())
    demand(role === (i % 2 === 0 ? 'user' : 'assistant'), `messages: roles must alternate (${i} is ${role})`);
  demand(messages.at(-1)?.role === 'user', 'This model does not support assistant message prefill.');
  return messages;
}

const knownBlocks: Readonly<Record<string, readonly string[]>> = {
  text: ['type', 'text', 'cache_control', 'citations'],
  image: ['type', 'source', 'cache_control'],
  tool_use: ['type', 'id', 'name', 'input', 'cache_control', 'caller'],
  tool_result: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
  thinking: ['type', 'thinking', 'signature'],
  redacted_thinking: ['type', 'data'],
};

function demandBlock(block: JsonObject, where: string): void {
  const type = asText(block['type'], `${where}.type`);
  const known = knownBlocks[type];
  demand(known, `${where}: Input tag '${type}' found`);
  onlyKnown(block, known, `${where}.${type}`);
  if (type === 'text') demand(asText(block['text'], where).trim() !== '', 'text content blocks must be non-empty');
  if (type === 'tool_use') asObject(block['input'], `${where}.tool_use.input`);
  if (type === 'tool_use') demand(/^[\w-]+$/.test(asText(block['id'], where)), `${where}.tool_use.id`);
}

/** Every call is answered in the next message, before anything else in it, and nothing else is. */
function demandPairs(messages: readonly Message[], hasTools: boolean): void {
  for (const [i, { role, blocks }] of messages.entries()) {
    const calls = role === 'assistant' ? blocks.filter((block) => block['type'] === 'tool_use') : [];
    demand(calls.length === 0 || hasTools, 'tools: Requests which include `tool_use` blocks must define tools');
    const answered = (messages[i + 1]?.blocks ?? []).filter((block) => block['type'] === 'tool_result');
    if (role === 'assistant')
      demand(
        isDeepStrictEqual(
          new Set(calls.map((call) => call['id'])),
          new Set(answered.map((result) => result['tool_use_id'])),
        ),
        `messages.${i}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after, or the reverse`,
      );
    const types = blocks.map((block) => block['type']);
    const results = types.filter((type) => type === 'tool_result').length;
    demand(
      types.slice(0, results).every((type) => type === 'tool_result'),
      `messages.${i}: tool_result must come first`,
    );
    demand(results === 0 || (role === 'user' && i > 0), `messages.${i}: unexpected tool_result`);
  }
}

type Rounds = Pick<Asked, 'prompt' | 'images' | 'step' | 'signedSteps' | 'results'> & {
  readonly lastTurnStartsThinking: boolean;
};

function readRounds(messages: readonly Message[], signatures: SignatureCache): Rounds {
  const isResults = ({ role, blocks }: Message): boolean => role === 'user' && blocks[0]?.['type'] === 'tool_result';
  const start = messages.findLastIndex((message) => message.role === 'user' && !isResults(message));
  const asked = messages[start]?.blocks ?? [];
  let signedSteps = 0;
  let lastTurnStartsThinking = false;
  for (const { role, blocks } of messages) {
    for (const block of blocks)
      if (block['type'] === 'thinking') signatures.check(own, block['signature'], block['thinking']);
    if (role === 'assistant') lastTurnStartsThinking = String(blocks[0]?.['type']).endsWith('thinking');
  }
  const since = messages.slice(start + 1);
  for (const { role, blocks } of since)
    if (role === 'assistant' && blocks.some((block) => block['type'] === 'thinking')) signedSteps++;
  const calls = (since.at(-2)?.blocks ?? []).filter((block) => block['type'] === 'tool_use');
  const results = since.at(-1)?.blocks ?? [];
  return {
    prompt: asked.flatMap((block) => (block['type'] === 'text' ? [String(block['text'])] : [])).join(''),
    images: asked.flatMap((block) => {
      if (block['type'] !== 'image') return [];
      const source = asObject(block['source'], 'source');
      demand(source['type'] === 'base64' && source['media_type'] === 'image/png', 'image.source');
      return [asText(source['data'], 'image.source.data')];
    }),
    step: since.filter(isResults).length,
    signedSteps,
    lastTurnStartsThinking,
    results: calls.map((call) => textOf(results.find((result) => result['tool_use_id'] === call['id'])?.['content'])),
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asObjects(content ?? [], 'content')
    .map((block) => asText(block['text'], 'text'))
    .join('');
}
