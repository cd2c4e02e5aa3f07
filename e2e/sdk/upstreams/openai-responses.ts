import { outputOf, reasoningTokensOf, tokens, type Turn } from './play.ts';
import type { Asked } from './asked.ts';
import { asObject, asObjects, asText, demand, demandClosed, onlyKnown, words, type JsonObject } from './demand.ts';
import { pieces, sse, type Script } from './script.ts';
import type { SignatureCache } from './signatures.ts';

const own = 'openai-responses';

const knownFields = words(
  'model input instructions stream stream_options tools tool_choice parallel_tool_calls',
  'max_output_tokens max_tool_calls temperature top_p top_logprobs text reasoning include',
  'store previous_response_id conversation prompt metadata user safety_identifier truncation',
  'prompt_cache_key prompt_cache_retention service_tier background context_management',
);
/** Of each item: the fields it has, and what its id begins with. `parsed_arguments` is what OpenAI's stream helper adds. */
const knownItems: Readonly<Record<string, { readonly id: string; readonly fields: readonly string[] }>> = {
  message: { id: 'msg', fields: ['role', 'content', 'phase'] },
  function_call: { id: 'fc', fields: ['call_id', 'name', 'arguments', 'namespace', 'parsed_arguments'] },
  function_call_output: { id: 'fc', fields: ['call_id', 'output'] },
  reasoning: { id: 'rs', fields: ['summary', 'content', 'encrypted_content'] },
};

/** https://platform.openai.com/docs/api-reference/responses, with nothing stored. */
export const openaiResponses: Script = {
  read({ body, headers }, signatures) {
    demand(headers.get('authorization')?.startsWith('Bearer '), "You didn't provide an API key.");
    onlyKnown(body, knownFields, 'Unknown parameter');
    asText(body['model'], 'model');
    const tools = body['tools'] === undefined ? [] : asObjects(body['tools'], 'tools').map(readTool);
    const reasoning = body['reasoning'] === undefined ? {} : asObject(body['reasoning'], 'reasoning');
    onlyKnown(reasoning, ['effort', 'summary', 'generate_summary', 'context'], 'reasoning');
    const include = (body['include'] ?? []) as readonly string[];
    return {
      stream: body['stream'] === true,
      thinking: reasoning['effort'] !== undefined && include.includes('reasoning.encrypted_content'),
      // Summaries are for those who ask for them.
      reasoningHidden: reasoning['summary'] === undefined,
      schema: readFormat(body),
      tools,
      ...readRounds(body['input'], signatures),
    };
  },
  whole: (turn, asked, signatures) => responseOf(turn, asked, itemsOf(turn, asked, signatures), 'completed'),
  frames(turn, asked, signatures) {
    const frames: string[] = [];
    const items = itemsOf(turn, asked, signatures);
    const push = (type: string, data: JsonObject): void => {
      frames.push(sse({ type, ...data, sequence_number: frames.length }, type));
    };
    const begun = responseOf(turn, asked, [], 'in_progress');
    push('response.created', { response: begun });
    push('response.in_progress', { response: begun });
    for (const [output_index, item] of items.entries()) pushItem(push, item, output_index);
    push('response.completed', { response: { ...responseOf(turn, asked, items, 'completed'), id: begun['id'] } });
    return frames;
  },
  error: (status, message) => ({
    error: { message, type: status === 400 ? 'invalid_request_error' : 'server_error', param: null, code: null },
  }),
  errorFrame: (message) =>
    sse({ type: 'error', code: 'server_error', message, param: null, sequence_number: 99 }, 'error'),
};

let ids = 0;

function responseOf(turn: Turn, asked: Asked, output: readonly JsonObject[], status: string): JsonObject {
  const usage = {
    input_tokens: tokens.input,
    input_tokens_details: { cached_tokens: tokens.cached },
    output_tokens: outputOf(turn),
    output_tokens_details: { reasoning_tokens: reasoningTokensOf(turn) },
    total_tokens: tokens.input + outputOf(turn),
  };
  return {
    id: `resp_${++ids}`,
    object: 'response',
    created_at: 1_700_000_000,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: 'gpt-5.1-2025-11-13',
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: asked.thinking ? 'medium' : null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: status === 'completed' ? usage : null,
    user: null,
    metadata: {},
  };
}

function itemsOf(turn: Turn, asked: Asked, signatures: SignatureCache): readonly JsonObject[] {
  const items: JsonObject[] = [];
  if (turn.reasoning !== undefined) {
    const id = `rs_${++ids}`;
    const summary = asked.reasoningHidden ? [] : [{ type: 'summary_text', text: turn.reasoning }];
    items.push({ id, type: 'reasoning', summary, encrypted_content: signatures.issue(own, summary) });
  }
  if (turn.text !== undefined) {
    const content = [{ type: 'output_text', text: turn.text, annotations: [], logprobs: [] }];
    items.push({ id: `msg_${++ids}`, type: 'message', role: 'assistant', status: 'completed', content });
  }
  for (const { id, name, args } of turn.calls ?? [])
    items.push({
      id: `fc_${++ids}`,
      type: 'function_call',
      status: 'completed',
      call_id: id,
      name,
      arguments: JSON.stringify(args),
    });
  return items;
}

/** The events of one item, as OpenAI sends them. */
function pushItem(push: (type: string, data: JsonObject) => void, item: JsonObject, output_index: number): void {
  const at = { item_id: item['id'], output_index };
  const added = (empty: JsonObject): void =>
    push('response.output_item.added', { output_index, item: { ...item, ...empty } });
  switch (item['type']) {
    case 'reasoning': {
      added({ summary: [], encrypted_content: `${String(item['encrypted_content']).slice(0, 8)}` });
      for (const [summary_index, { text }] of (item['summary'] as readonly { readonly text: string }[]).entries()) {
        const part = { ...at, summary_index };
        push('response.reasoning_summary_part.added', { ...part, part: { type: 'summary_text', text: '' } });
        for (const delta of pieces(text, 7)) push('response.reasoning_summary_text.delta', { ...part, delta });
        push('response.reasoning_summary_text.done', { ...part, text });
        push('response.reasoning_summary_part.done', { ...part, part: { type: 'summary_text', text } });
      }
      break;
    }
    case 'message': {
      added({ status: 'in_progress', content: [] });
      const part = { ...at, content_index: 0 };
      const [content] = item['content'] as readonly [{ readonly text: string }];
      push('response.content_part.added', { ...part, part: { ...content, text: '' } });
      for (const delta of pieces(content.text, 7)) push('response.output_text.delta', { ...part, delta, logprobs: [] });
      push('response.output_text.done', { ...part, text: content.text, logprobs: [] });
      push('response.content_part.done', { ...part, part: content });
      break;
    }
    default: {
      added({ status: 'in_progress', arguments: '' });
      for (const delta of pieces(String(item['arguments']), 5))
        push('response.function_call_arguments.delta', { ...at, delta });
      push('response.function_call_arguments.done', { ...at, name: item['name'], arguments: item['arguments'] });
    }
  }
  push('response.output_item.done', { output_index, item });
}

function readTool(tool: JsonObject): string {
  onlyKnown(tool, ['type', 'name', 'description', 'parameters', 'strict', 'defer_loading'], 'tools');
  demand(tool['type'] === 'function', 'tools.type');
  // Left out, it is strict.
  if (tool['strict'] !== false) demandClosed(tool['parameters'], 'tools.parameters', true);
  return asText(tool['name'], 'tools.name');
}

function readFormat(body: JsonObject): unknown {
  const text = body['text'] === undefined ? {} : asObject(body['text'], 'text');
  onlyKnown(text, ['format', 'verbosity'], 'text');
  const format = text['format'] as JsonObject | undefined;
  if (format?.['type'] !== 'json_schema') return undefined;
  onlyKnown(format, ['type', 'name', 'description', 'schema', 'strict'], 'text.format');
  demand(/^[\w-]{1,64}$/.test(asText(format['name'], 'text.format.name')), 'text.format.name');
  if (format['strict'] === true) demandClosed(format['schema'], 'text.format.schema', true);
  return format['schema'];
}

type Rounds = Pick<Asked, 'prompt' | 'images' | 'step' | 'signedSteps' | 'results'>;

function readRounds(input: unknown, signatures: SignatureCache): Rounds {
  const start: Rounds = { prompt: '', images: [], step: 0, signedSteps: 0, results: [] };
  if (typeof input === 'string') return { ...start, prompt: input };
  const items = asObjects(input, 'input');
  let rounds = start;
  let calls: string[] = [];
  const results = new Map<string, string>();
  let thought = false;
  for (const [i, item] of items.entries()) {
    const type = readItem(item, `input[${i}]`);
    demand(
      !thought || type !== 'function_call_output',
      `Item '${String(items[i - 1]?.['id'])}' of type 'reasoning' was provided without its required following item.`,
    );
    thought = type === 'reasoning';
    if (type === 'reasoning') {
      signatures.check(own, item['encrypted_content'], item['summary']);
      rounds = { ...rounds, signedSteps: rounds.signedSteps + 1 };
    } else if (type === 'function_call') {
      if (results.size === calls.length) {
        calls = [];
        results.clear();
      }
      calls.push(asText(item['call_id'], 'call_id'));
      asObject(JSON.parse(asText(item['arguments'], 'arguments')), 'arguments');
    } else if (type === 'function_call_output') {
      const id = asText(item['call_id'], 'call_id');
      demand(calls.includes(id), `No tool call found for function call output with call_id ${id}.`);
      results.set(id, textOf(item['output']));
      if (results.size === calls.length)
        rounds = { ...rounds, step: rounds.step + 1, results: calls.map((call) => results.get(call) ?? '') };
    } else if (item['role'] === 'user') rounds = { ...start, ...readUser(item) };
  }
  const missing = calls.find((call) => !results.has(call));
  demand(missing === undefined, `No tool output found for function call ${missing}.`);
  demand(!thought, "An item of type 'reasoning' was provided without its required following item.");
  return rounds;
}

function readItem(item: JsonObject, where: string): string {
  const type = asText(item['type'] ?? 'message', `${where}.type`);
  const known = knownItems[type];
  demand(known, `Invalid value: '${type}'`);
  onlyKnown(item, ['id', 'type', 'status', ...known.fields], where);
  const id = item['id'] === undefined ? undefined : asText(item['id'], `${where}.id`);
  demand(
    id === undefined || id.startsWith(`${known.id}_`),
    `Invalid '${where}.id': '${id}'. Expected an ID that begins with '${known.id}'.`,
  );
  if (type !== 'message') return type;
  const { role, content } = item;
  demand(['user', 'assistant', 'system', 'developer'].includes(String(role)), `${where}.role`);
  if (typeof content === 'string') return type;
  const wanted = role === 'assistant' ? ['output_text', 'refusal'] : ['input_text', 'input_image', 'input_file'];
  for (const part of asObjects(content, `${where}.content`))
    demand(wanted.includes(String(part['type'])), `${where}.content: Invalid value: '${String(part['type'])}'`);
  return type;
}

function readUser({ content }: JsonObject): Pick<Rounds, 'prompt' | 'images'> {
  if (typeof content === 'string') return { prompt: content, images: [] };
  const parts = asObjects(content, 'content');
  return {
    prompt: parts.map((part) => (part['type'] === 'input_text' ? asText(part['text'], 'text') : '')).join(''),
    images: parts.flatMap((part) =>
      part['type'] === 'input_image'
        ? [asText(part['image_url'], 'image_url').replace('data:image/png;base64,', '')]
        : [],
    ),
  };
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  return asObjects(output, 'output')
    .map((part) => asText(part['text'], 'output.text'))
    .join('');
}
