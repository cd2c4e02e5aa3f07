import { outputOf, reasoningTokensOf, tokens, type Turn } from './play.ts';
import type { Asked } from './asked.ts';
import { asObject, asObjects, asText, demand, onlyKnown, words, type JsonObject } from './demand.ts';
import { pieces, sse, type Script } from './script.ts';
import type { SignatureCache } from './signatures.ts';

const own = 'gemini-interactions';

const knownFields = words(
  'model input system_instruction tools generation_config response_format response_modalities service_tier',
  'store stream background previous_interaction_id agent agent_config environment cached_content labels',
);
const knownConfig = words(
  'temperature top_p seed max_output_tokens stop_sequences thinking_level thinking_summaries tool_choice',
  'speech_config image_config video_config',
);
/** What a step may have, by its type, and what it must have. */
const knownSteps: Readonly<Record<string, { readonly fields: readonly string[]; readonly needs: readonly string[] }>> =
  {
    user_input: { fields: ['content'], needs: ['content'] },
    model_output: { fields: ['content'], needs: ['content'] },
    thought: { fields: ['signature', 'summary'], needs: [] },
    function_call: { fields: ['id', 'name', 'arguments', 'signature'], needs: ['id', 'name', 'arguments'] },
    function_result: { fields: ['call_id', 'name', 'result', 'is_error', 'signature'], needs: ['call_id', 'result'] },
  };

/** Google's Interactions, stateless, in the schema of steps. https://ai.google.dev/api/interactions-api */
export const geminiInteractions: Script = {
  read({ body, headers }, signatures) {
    demand(headers.get('x-goog-api-key') !== null, 'API key not valid. Please pass a valid API key.');
    onlyKnown(body, knownFields, 'request');
    demand(body['previous_interaction_id'] === undefined, 'The interaction was not found.');
    const config =
      body['generation_config'] === undefined ? {} : asObject(body['generation_config'], 'generation_config');
    onlyKnown(config, knownConfig, 'generation_config');
    const { thinking_level: level, thinking_summaries: summaries } = config;
    demand(
      level === undefined || words('minimal low medium high').includes(asText(level, 'thinking_level')),
      `The value '${String(level)}' is not supported for 'thinking_level' at 'generation_config'.`,
    );
    demand(summaries === undefined || summaries === 'auto' || summaries === 'none', 'thinking_summaries');
    const tools = (body['tools'] === undefined ? [] : asObjects(body['tools'], 'tools')).map(readTool);
    return {
      model: asText(body['model'], 'model'),
      stream: body['stream'] === true,
      thinking: summaries === 'auto',
      schema: readSchema(body['response_format']),
      tools,
      ...readSteps(body['input'], signatures),
    };
  },
  whole: (turn, asked, signatures) => ({
    ...headOf(asked, statusOf(turn)),
    steps: stepsOf(turn, signatures),
    usage: usageOf(turn),
  }),
  frames(turn, asked, signatures) {
    const event = (type: string, data: JsonObject): string => sse({ ...data, event_type: type }, type);
    const steps = stepsOf(turn, signatures).flatMap((step, index) => [
      event('step.start', { index, step: begun(step) }),
      ...deltasOf(step).map((delta) => event('step.delta', { index, delta })),
      event('step.stop', { index }),
    ]);
    return [
      event('interaction.created', { interaction: headOf(asked, 'in_progress') }),
      event('interaction.status_update', { interaction_id: '', status: 'in_progress' }),
      ...steps,
      event('interaction.completed', { interaction: { ...headOf(asked, statusOf(turn)), usage: usageOf(turn) } }),
      'event: done\ndata: [DONE]\n\n',
    ];
  },
  error: (status, message) => ({ error: { code: codes[status] ?? 'internal', message } }),
  errorFrame: (message) => sse({ event_type: 'error', error: { code: 'internal', message } }, 'error'),
};

const codes: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'authentication',
  429: 'rate_limit_exceeded',
};

const statusOf = ({ calls }: Turn): string => (calls === undefined ? 'completed' : 'requires_action');

/** What is not stored has no id. */
const headOf = ({ model = '' }: Asked, status: string): JsonObject => ({
  id: '',
  object: 'interaction',
  model,
  status,
  created: '2026-06-09T12:01:25Z',
  updated: '2026-06-09T12:01:27Z',
});

function usageOf(turn: Turn): JsonObject {
  const thoughts = reasoningTokensOf(turn);
  return {
    total_input_tokens: tokens.input,
    total_cached_tokens: tokens.cached,
    total_output_tokens: tokens.output,
    ...(thoughts > 0 ? { total_thought_tokens: thoughts } : {}),
    total_tokens: tokens.input + outputOf(turn),
  };
}

/** Every turn in which the model thought or called is signed by its thought, shown or not. */
function stepsOf(turn: Turn, signatures: SignatureCache): readonly JsonObject[] {
  const { reasoning, text, calls } = turn;
  const summary = reasoning === undefined ? undefined : [{ type: 'text', text: reasoning }];
  const thought = { type: 'thought', signature: signatures.issue(own, summary ?? []), ...(summary && { summary }) };
  return [
    ...(summary || calls ? [thought] : []),
    ...(text === undefined ? [] : [{ type: 'model_output', content: [{ type: 'text', text }] }]),
    ...(calls ?? []).map(({ id, name, args }) => ({ type: 'function_call', id, name, arguments: args })),
  ];
}

/** How a step begins in a stream: what is told in pieces is not there yet. */
function begun(step: JsonObject): JsonObject {
  if (step['type'] === 'function_call') return { ...step, arguments: {} };
  return { type: step['type'] };
}

function deltasOf(step: JsonObject): readonly JsonObject[] {
  const textIn = (list: unknown): string =>
    ((list ?? []) as readonly { text: string }[]).map((one) => one.text).join('');
  switch (step['type']) {
    case 'thought':
      return [
        ...pieces(textIn(step['summary']), 9).map((text) => ({
          type: 'thought_summary',
          content: { type: 'text', text },
        })),
        { type: 'thought_signature', signature: step['signature'] },
      ];
    case 'function_call':
      return pieces(JSON.stringify(step['arguments']), 7).map((text) => ({ type: 'arguments_delta', arguments: text }));
    default:
      return pieces(textIn(step['content']), 9).map((text) => ({ type: 'text', text }));
  }
}

function readTool(tool: JsonObject): string {
  demand(tool['type'] === 'function', `The value '${String(tool['type'])}' is not supported for 'type' at 'tools[0]'.`);
  onlyKnown(tool, ['type', 'name', 'description', 'parameters'], 'tools');
  asObject(tool['parameters'], 'tools.parameters');
  return asText(tool['name'], 'tools.name');
}

function readSchema(format: unknown): unknown {
  if (format === undefined) return undefined;
  const formats = Array.isArray(format) ? asObjects(format, 'response_format') : [asObject(format, 'response_format')];
  const text = formats.find((one) => one['type'] === 'text');
  if (text?.['schema'] !== undefined)
    demand(text['mime_type'] === 'application/json', 'response_format.mime_type must be application/json');
  return text?.['schema'];
}

function readSteps(
  input: unknown,
  signatures: SignatureCache,
): Pick<Asked, 'prompt' | 'images' | 'step' | 'signedSteps' | 'results'> {
  const steps = asObjects(input, 'input').map((step, i) => readStep(step, `input[${i}]`));
  demand(steps[0]?.['type'] === 'user_input', 'The input must begin with a user_input step.');
  for (const step of steps) checkSignature(step, signatures);
  const start = steps.findLastIndex((step) => step['type'] === 'user_input');
  const since = steps.slice(start + 1);
  demandPairs(steps);
  const rounds = roundsOf(since);
  const asked = asObjects(steps[start]?.['content'], 'content');
  return {
    prompt: asked.map((one) => (one['type'] === 'text' ? asText(one['text'], 'text') : '')).join(''),
    images: asked.flatMap((one) => {
      if (one['type'] !== 'image') return [];
      demand(one['mime_type'] === 'image/png', 'image.mime_type');
      return [asText(one['data'], 'image.data')];
    }),
    step: rounds.length,
    signedSteps: rounds.filter((round) => round.some(isSigned)).length,
    results: (rounds.at(-1) ?? [])
      .filter((one) => one['type'] === 'function_result')
      .map((one) => JSON.stringify(one['result'])),
  };
}

function readStep(step: JsonObject, where: string): JsonObject {
  const type = asText(step['type'], `${where}.type`);
  const known = knownSteps[type];
  demand(known, `The value '${type}' is not supported for 'type' at '${where}'.`);
  onlyKnown(step, ['type', ...known.fields], where);
  for (const name of known.needs) demand(step[name] !== undefined, `${where}: "${name}" is required`);
  if (type === 'user_input' || type === 'model_output')
    for (const one of asObjects(step['content'], `${where}.content`))
      demand(one['type'] === 'text' || one['type'] === 'image', `${where}.content: unknown type`);
  return step;
}

const isSigned = (step: JsonObject): boolean => step['type'] === 'thought' && step['signature'] !== undefined;

/** A thought comes back as it was given, or not at all. */
function checkSignature(step: JsonObject, signatures: SignatureCache): void {
  if (step['type'] !== 'thought' || step['signature'] === undefined) return;
  signatures.check(own, step['signature'], step['summary'] ?? []);
}

/** What the model did and was answered, one round after the other: each ends with results. */
function roundsOf(steps: readonly JsonObject[]): readonly (readonly JsonObject[])[] {
  const rounds: JsonObject[][] = [];
  let open: JsonObject[] = [];
  for (const [i, step] of steps.entries()) {
    open.push(step);
    if (step['type'] !== 'function_result' || steps[i + 1]?.['type'] === 'function_result') continue;
    rounds.push(open);
    open = [];
  }
  return rounds;
}

/** Every call is answered once, and every result is of a call before it. */
function demandPairs(steps: readonly JsonObject[]): void {
  const idsOf = (type: string, name: string): readonly unknown[] =>
    steps.filter((step) => step['type'] === type).map((step) => step[name]);
  const calls = idsOf('function_call', 'id');
  const results = idsOf('function_result', 'call_id');
  demand(
    calls.length === results.length && calls.every((id) => results.includes(id)),
    'Please ensure that every function_call step is followed by a function_result step with its id.',
  );
}
