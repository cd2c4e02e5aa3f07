import type { RequestTarget } from '../../ir/codec.ts';
import { budgetOfEffort, wantedEffort } from '../../ir/effort.ts';
import { hoistInstructions, type Hoisted } from '../../ir/instructions.ts';
import { formatInWords } from '../../ir/format-words.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import type { Effort, IrRequest } from '../../ir/request.ts';
import { compact, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { writeBlock } from './blocks-write.ts';
import { claudeTraits, effortWord, type ClaudeTraits } from './models.ts';
import { closeSchema } from './schema.ts';
import { writeTools } from './tools-write.ts';
import { inUnsignedToolLoop } from './foreign-reasoning.ts';

const own = 'anthropic-messages';

/** The least that Anthropic takes as a thinking budget. */
const LEAST_BUDGET = 1024;
/** What stands where Anthropic demands a user's message and the client has none. */
const PLACEHOLDER = '...';

/** Writes a Messages request. `max_tokens`, which Anthropic demands, is the model's when the client gave none. */
export function writeMessagesRequest(request: IrRequest, target: RequestTarget): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const traits = claudeTraits(target.traits);
  const hoisted = hoistInstructions(request.messages, lossTracker);
  const messages = writeMessages(hoisted, lossTracker);
  const max_tokens = request.maxOutputTokens ?? target.traits.maxOutputTokens ?? traits.defaultMaxTokens;
  const tools = writeTools(request, lossTracker);
  const thinking = writeThinking(request, messages, tools, max_tokens, traits, lossTracker);
  const format = writeFormat(request, traits, lossTracker);
  const system = writeSystem(hoisted, format.instruction, lossTracker);
  const output = compact({ effort: thinking.effort, format: format.output });
  const stop = request.stop?.filter((sequence) => sequence.trim() !== '');
  if (request.stop && stop && stop.length < request.stop.length)
    lossTracker.dropped('stop', 'Anthropic refuses blank stop sequences');
  reportDropped(request, lossTracker);
  const value = compact({
    model: target.model,
    max_tokens,
    system: system.length > 0 ? system : undefined,
    messages,
    ...tools,
    thinking: thinking.thinking,
    output_config: Object.keys(output).length > 0 ? output : undefined,
    ...writeSampling(request, traits, thinking.thinking?.['type'] === 'enabled', lossTracker),
    stop_sequences: stop && stop.length > 0 ? stop : undefined,
    metadata: request.user === undefined ? undefined : { user_id: request.user },
    service_tier: writeTier(request, lossTracker),
    stream: request.stream ? true : undefined,
    ...(request.extensions?.by === own ? request.extensions.fields : undefined),
  });
  return { value, losses: lossTracker.losses };
}

function writeSystem(
  hoisted: Hoisted,
  instruction: string | undefined,
  lossTracker: LossTracker,
): readonly JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const { part, path } of hoisted.instructions) {
    const block = writeBlock(part, path, lossTracker);
    if (!block) continue;
    if (block['type'] === 'text') blocks.push(block);
    else lossTracker.dropped(path, 'instructions are text only');
  }
  if (instruction !== undefined) blocks.push({ type: 'text', text: instruction });
  return blocks;
}

type Message = { readonly role: 'user' | 'assistant'; content: JsonObject[] };

/**
 * Messages as Anthropic wants them: beginning with the user, roles alternating, the results of one turn's tools in front
 * of the message that follows it, no blank text, and no white space at the end of a prefilled answer.
 */
function writeMessages(hoisted: Hoisted, lossTracker: LossTracker): readonly JsonObject[] {
  const messages: Message[] = [];
  for (const { message, path } of hoisted.messages) {
    lossTracker.extensions(path, message.extensions, own);
    if (message.name !== undefined) lossTracker.dropped(`${path}.name`, 'Anthropic knows no names of participants');
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content: JsonObject[] = [];
    for (const [i, part] of message.parts.entries()) {
      const block = writeBlock(part, `${path}.parts[${i}]`, lossTracker);
      if (block) content.push(block);
    }
    if (content.length === 0) continue;
    const last = messages.at(-1);
    if (last && last.role === role) last.content.push(...content);
    else messages.push({ role, content });
  }
  for (const message of messages) {
    if (message.role === 'user') message.content = resultsFirst(message.content);
  }
  if (messages[0]?.role !== 'user') {
    messages.unshift({ role: 'user', content: [{ type: 'text', text: PLACEHOLDER }] });
    lossTracker.approximated('messages', 'a user message was put in front');
  }
  trimPrefill(messages.at(-1), lossTracker);
  return messages.map(({ role, content }) => ({ role, content: plain(content) }));
}

/** Text alone goes as a string. */
function plain(content: readonly JsonObject[]): Json {
  const [only] = content;
  const text = only && content.length === 1 && Object.keys(only).length === 2 ? textAt(only, 'text') : undefined;
  return text ?? content;
}

function resultsFirst(content: readonly JsonObject[]): JsonObject[] {
  const isResult = (block: JsonObject): boolean => block['type'] === 'tool_result';
  return [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
}

function trimPrefill(last: Message | undefined, lossTracker: LossTracker): void {
  const block = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  const text = block && block['type'] === 'text' ? textAt(block, 'text') : undefined;
  if (!last || !block || text === undefined || text === text.trimEnd()) return;
  last.content[last.content.length - 1] = { ...block, text: text.trimEnd() };
  lossTracker.approximated('messages', 'white space at the end of the prefilled answer was taken away');
}

type Thinking = { readonly thinking?: JsonObject | undefined; readonly effort?: string | undefined };

/**
 * How much to think. Thinking is left out, and the loss noted, where Anthropic would refuse it: with a forced tool, with
 * too little room below `max_tokens`, and inside a tool loop whose reasoning is another provider's.
 */
function writeThinking(
  request: IrRequest,
  messages: readonly JsonObject[],
  tools: JsonObject,
  maxTokens: number,
  traits: ClaudeTraits,
  lossTracker: LossTracker,
): Thinking {
  const { reasoning } = request;
  const effort = reasoning && wantedEffort(reasoning);
  if (!reasoning || traits.thinking === 'none') {
    if (effort !== undefined && effort !== 'none') lossTracker.dropped('reasoning', 'the model does not think');
    return {};
  }
  const word = writeEffort(effort, reasoning.effort, traits, lossTracker);
  if (effort === 'none') {
    if (traits.thinkingOff === 'by word') return { thinking: { type: 'disabled' } };
    if (traits.thinkingOff === 'left out') return {};
    lossTracker.approximated('reasoning', 'the model always thinks; its effort became low');
    return { effort: 'low' };
  }
  if (reasoning.mode === undefined && effort === undefined) return {};
  const choice = tools['tool_choice'] as JsonObject | undefined;
  if (choice?.['type'] === 'any' || choice?.['type'] === 'tool') {
    lossTracker.dropped('reasoning', 'Anthropic does not think when a tool is forced');
    return { effort: word };
  }
  const display = { display: reasoning.summary === 'none' ? 'omitted' : 'summarized' };
  if (traits.thinking === 'adaptive') {
    if (reasoning.budgetTokens !== undefined)
      lossTracker.approximated('reasoning.budgetTokens', `became effort ${word ?? 'as the model likes'}`);
    return { thinking: { type: 'adaptive', ...display }, effort: word };
  }
  if (inUnsignedToolLoop(messages)) {
    lossTracker.dropped('reasoning', 'the reasoning before this tool call is not signed by Anthropic');
    return {};
  }
  const wanted = reasoning.budgetTokens ?? budgetOfEffort(effort ?? 'medium');
  const budget_tokens = Math.min(Math.max(wanted, LEAST_BUDGET), maxTokens - 1);
  if (budget_tokens < LEAST_BUDGET) {
    lossTracker.dropped('reasoning', `there is no room for ${LEAST_BUDGET} tokens of reasoning below max_tokens`);
    return {};
  }
  if (budget_tokens !== reasoning.budgetTokens)
    lossTracker.approximated('reasoning', `became a budget of ${budget_tokens} tokens`);
  return { thinking: { type: 'enabled', budget_tokens } };
}

/** `output_config.effort`, where the model has it. */
function writeEffort(
  effort: Effort | undefined,
  asked: Effort | undefined,
  traits: ClaudeTraits,
  lossTracker: LossTracker,
): string | undefined {
  if (traits.thinking !== 'adaptive' || effort === undefined || effort === 'none') return undefined;
  const word = effortWord(effort, traits);
  if (asked !== undefined && word !== asked) lossTracker.approximated('reasoning.effort', `became ${word}`);
  return word;
}

type Format = { readonly output?: JsonObject | undefined; readonly instruction?: string | undefined };

function writeFormat(request: IrRequest, traits: ClaudeTraits, lossTracker: LossTracker): Format {
  const { format } = request;
  const instruction = formatInWords(format, traits.schemas, lossTracker);
  if (instruction !== undefined) return { instruction };
  if (format?.type !== 'schema') return {};
  const schema = closeSchema(format.schema, () =>
    lossTracker.approximated('format.schema', 'what Anthropic does not enforce was moved into descriptions'),
  );
  return { output: { type: 'json_schema', schema } };
}

function writeSampling(
  request: IrRequest,
  traits: ClaudeTraits,
  thinking: boolean,
  lossTracker: LossTracker,
): JsonObject {
  const { sampling } = request;
  if (!sampling) return {};
  const { temperature, topP, topK } = sampling;
  for (const key of ['frequencyPenalty', 'presencePenalty', 'seed', 'logitBias'] as const)
    if (sampling[key] !== undefined) lossTracker.dropped(`sampling.${key}`, 'Anthropic has no such parameter');
  const refused =
    traits.sampling === 'none'
      ? 'the model takes no sampling parameters'
      : thinking
        ? 'not together with thinking'
        : undefined;
  if (refused !== undefined) {
    // A temperature of 1 is the default, and all that thinking allows.
    if (temperature !== undefined && temperature !== 1) lossTracker.dropped('sampling.temperature', refused);
    if (topP !== undefined && topP !== 1) lossTracker.dropped('sampling.topP', refused);
    if (topK !== undefined) lossTracker.dropped('sampling.topK', refused);
    return {};
  }
  if (temperature !== undefined && temperature > 1)
    lossTracker.approximated('sampling.temperature', 'Anthropic goes up to 1');
  const both = traits.sampling === 'one' && temperature !== undefined && topP !== undefined;
  if (both && topP !== 1) lossTracker.dropped('sampling.topP', 'the model takes temperature or top_p, not both');
  return compact({
    temperature: temperature === undefined ? undefined : Math.min(Math.max(temperature, 0), 1),
    top_p: both ? undefined : topP,
    top_k: topK,
  });
}

function writeTier(request: IrRequest, lossTracker: LossTracker): string | undefined {
  const { serviceTier } = request;
  if (serviceTier === undefined || serviceTier === 'auto' || serviceTier === 'standard_only') return serviceTier;
  if (serviceTier === 'default') return 'standard_only';
  lossTracker.dropped('serviceTier', `Anthropic has no tier "${serviceTier}"`);
  return undefined;
}

/** What the protocol has no place for. */
function reportDropped(request: IrRequest, lossTracker: LossTracker): void {
  lossTracker.extensions('', request.extensions, own);
  if ((request.choices ?? 1) > 1) lossTracker.dropped('choices', 'Anthropic gives one answer');
  if (request.logprobs) lossTracker.dropped('logprobs', 'Anthropic gives no log probabilities');
  if (request.modalities?.some((kind) => kind !== 'text'))
    lossTracker.dropped('modalities', 'Anthropic answers in text');
  for (const key of ['verbosity', 'audioOutput', 'metadata', 'promptCacheKey', 'store'] as const)
    if (request[key] !== undefined && request[key] !== false)
      lossTracker.dropped(key, 'Anthropic has no such parameter');
}
