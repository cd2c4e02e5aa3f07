import type { RequestTarget } from '../../ir/codec.ts';
import { wantedEffort } from '../../ir/effort.ts';
import { hoistInstructions, type Hoisted } from '../../ir/instructions.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import { textOf, type Part } from '../../ir/part.ts';
import { callNames, type Effort, type IrRequest, type Reasoning } from '../../ir/request.ts';
import { compact } from '../../json/fields.ts';
import type { Json, JsonObject, ProtocolId } from '../../protocol.ts';
import { writeLevel } from '../gemini/config-write.ts';
import { geminiTraits, type GeminiTraits } from '../gemini/models.ts';
import { isContent } from './content-read.ts';
import { asContent } from './content-write.ts';
import { writeCall, writeOther, writeResult, writeThought, type WriteSignature } from './steps-write.ts';
import { writeTools } from './tools-write.ts';

const own = 'gemini-interactions';

/** What steps of a request are written with. */
type StepScene = {
  readonly lossTracker: LossTracker;
  /** Names of the called tools by call id. */
  readonly names: ReadonlyMap<string, string>;
  readonly clientProtocol: ProtocolId;
};

/** Writes a request for an interaction: stateless, its whole conversation as steps. */
export function writeInteractionsRequest(request: IrRequest, target: RequestTarget): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const traits = geminiTraits(target.traits);
  const hoisted = hoistInstructions(request.messages, lossTracker);
  const { tools, choice } = writeTools(request, traits, lossTracker);
  const formats = writeFormats(request, lossTracker);
  reportDropped(request, lossTracker);
  const extra = request.extensions?.by === own ? request.extensions.fields : {};
  const config = compact({
    ...writeConfig(request, target, traits, lossTracker),
    tool_choice: choice,
    ...membersOf(extra, true),
  });
  const scene = { lossTracker, names: callNames(request.messages), clientProtocol: request.by };
  const instruction = writeSystem(hoisted, lossTracker);
  const value = compact({
    model: target.model,
    input: writeSteps(hoisted, scene),
    system_instruction: instruction === '' ? undefined : instruction,
    tools: tools.length > 0 ? tools : undefined,
    generation_config: Object.keys(config).length > 0 ? config : undefined,
    response_format: formats.length > 0 ? formats : undefined,
    service_tier: writeTier(request, lossTracker),
    // Google keeps every interaction unless it is told not to; no client of another protocol could come back to it.
    store: request.store ?? (request.by === own ? undefined : false),
    stream: request.stream ? true : undefined,
    ...membersOf(extra, false),
  });
  return { value, losses: lossTracker.losses };
}

const WITHIN = 'generation_config.';

/** The extensions of the request, or of its configuration, which are kept under their paths. */
function membersOf(extra: JsonObject, within: boolean): JsonObject {
  const inside = Object.entries(extra).filter(([path]) => path.startsWith(WITHIN) === within);
  return Object.fromEntries(inside.map(([path, value]) => [within ? path.slice(WITHIN.length) : path, value]));
}

function writeSystem(hoisted: Hoisted, lossTracker: LossTracker): string {
  for (const { part, path } of hoisted.instructions) {
    if (part.type !== 'text') lossTracker.dropped(path, 'instructions are text only');
    if (part.cache) lossTracker.dropped(`${path}.cache`, 'Gemini caches by itself');
  }
  return textOf(
    hoisted.instructions.map(({ part }) => part),
    '\n\n',
  );
}

function writeSteps(hoisted: Hoisted, scene: StepScene): readonly Json[] {
  const { lossTracker } = scene;
  const steps: JsonObject[] = [];
  for (const { message, path } of hoisted.messages) {
    lossTracker.extensions(path, message.extensions, own);
    if (message.name !== undefined) lossTracker.dropped(`${path}.name`, 'Gemini knows no names of participants');
    const spoken = message.role === 'assistant' ? 'model_output' : 'user_input';
    let open: JsonObject[] | undefined;
    for (const [i, part] of message.parts.entries()) {
      for (const written of writePart(part, `${path}.parts[${i}]`, scene)) {
        if (!isContent(written)) {
          open = undefined;
          steps.push(written);
        } else if (open) open.push(written);
        else steps.push({ type: spoken, content: (open = [written]) });
      }
    }
  }
  return steps;
}

const ownSignature: WriteSignature = ({ by, value }) => (by === own ? value : undefined);

/** A part as content, or as a step of its own; nothing when it cannot be said, and then the loss is noted. */
function writePart(part: Part, path: string, scene: StepScene): readonly JsonObject[] {
  const { lossTracker } = scene;
  if (part.cache) lossTracker.dropped(`${path}.cache`, 'Gemini caches by itself');
  lossTracker.extensions(path, part.extensions, own);
  if (part.signature && part.signature.by !== own)
    lossTracker.dropped(`${path}.signature`, `the signature is ${part.signature.by}'s`);
  const content = asContent(part, path, lossTracker);
  if (content) return content;
  switch (part.type) {
    case 'reasoning':
      if (part.signature ? part.signature.by === own : scene.clientProtocol === own)
        return [writeThought(part, ownSignature)];
      if (!part.signature) lossTracker.dropped(path, 'Gemini takes back only its own reasoning');
      return [];
    case 'tool-call': {
      const call = writeCall(part, path, ownSignature, lossTracker);
      // Its result would answer nothing.
      return [call ?? { type: 'function_call', id: part.callId, name: part.name, arguments: {} }];
    }
    case 'tool-result':
      return [writeResult(part, path, scene.names.get(part.callId), lossTracker)];
    case 'hosted-call':
    case 'hosted-result':
      return part.raw.by === own
        ? some(writeOther(part, path, lossTracker))
        : [lostHosted(part, path, lossTracker)].flat();
    default:
      return some(writeOther(part, path, lossTracker));
  }
}

const some = (step: JsonObject | undefined): readonly JsonObject[] => (step ? [step] : []);

/** What another's own tool did was not done by Google's; its result is told in words. */
function lostHosted(
  part: Extract<Part, { type: 'hosted-call' | 'hosted-result' }>,
  path: string,
  lossTracker: LossTracker,
): readonly JsonObject[] {
  if (part.type === 'hosted-call') {
    lossTracker.dropped(path, `a call of ${part.raw.by}'s own tool`);
    return [];
  }
  const text = part.content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('\n');
  if (text.trim() === '') {
    lossTracker.dropped(path, `the result of ${part.raw.by}'s own tool`);
    return [];
  }
  lossTracker.approximated(path, `the result of ${part.raw.by}'s own tool became text`);
  return [{ type: 'text', text }];
}

function writeConfig(
  request: IrRequest,
  target: RequestTarget,
  traits: GeminiTraits,
  lossTracker: LossTracker,
): { readonly [key: string]: Json | undefined } {
  const { sampling = {}, reasoning, maxOutputTokens } = request;
  for (const key of ['topK', 'frequencyPenalty', 'presencePenalty', 'logitBias'] as const)
    if (sampling[key] !== undefined)
      lossTracker.dropped(`sampling.${key}`, 'the Interactions API has no such parameter');
  const most = target.traits.maxOutputTokens;
  const capped = maxOutputTokens !== undefined && most !== undefined && maxOutputTokens > most;
  if (capped) lossTracker.approximated('maxOutputTokens', `the model puts out ${most} at most`);
  const stop = request.stop?.filter((sequence) => sequence !== '') ?? [];
  return {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    seed: sampling.seed,
    max_output_tokens: capped ? most : maxOutputTokens,
    stop_sequences: stop.length > 0 ? stop : undefined,
    ...(reasoning && writeThinking(reasoning, traits, lossTracker)),
  };
}

/** Levels that the API takes of models which its other protocol tells a budget. https://ai.google.dev/gemini-api/docs/thinking */
const commonLevels: readonly Effort[] = ['low', 'medium', 'high'];

/** How much to think, and whether to show it. */
export function writeThinking(reasoning: Reasoning, traits: GeminiTraits, lossTracker: LossTracker): JsonObject {
  const { thinking } = traits;
  const effort = wantedEffort(reasoning);
  const thinks = effort !== undefined && effort !== 'none';
  if (thinking.by === 'none') {
    if (thinks) lossTracker.dropped('reasoning', 'the model does not think');
    return {};
  }
  const levels = thinking.by === 'level' ? thinking.levels : commonLevels;
  const { summary } = reasoning;
  // Clients of other protocols are shown the reasoning unless they forbid it; here that has to be asked for.
  const shown = summary === undefined ? (thinks ? 'auto' : undefined) : summary === 'none' ? 'none' : 'auto';
  return compact({
    thinking_level: writeLevel(reasoning, effort, levels, lossTracker)?.toLowerCase(),
    thinking_summaries: shown,
  });
}

/** What kinds of output are wanted, and the shape of the text. */
function writeFormats(request: IrRequest, lossTracker: LossTracker): readonly JsonObject[] {
  const { format, modalities = [] } = request;
  const media = modalities.filter((kind) => kind !== 'text').map((type) => ({ type }));
  const plain = modalities.includes('text') && media.length > 0 ? [{ type: 'text' }] : [];
  if (!format || format.type === 'text') return [...plain, ...media];
  const json = { type: 'text', mime_type: 'application/json' };
  if (format.type === 'json') return [json, ...media];
  const { schema, description, strict } = format;
  if (strict === false) lossTracker.approximated('format.strict', 'Gemini always keeps to the schema');
  const described =
    description === undefined || schema['description'] !== undefined ? schema : { ...schema, description };
  return [{ ...json, schema: described }, ...media];
}

function writeTier(request: IrRequest, lossTracker: LossTracker): string | undefined {
  const { serviceTier } = request;
  if (serviceTier === undefined || serviceTier === 'auto') return undefined;
  if (serviceTier === 'default' || serviceTier === 'standard' || serviceTier === 'standard_only') return 'standard';
  if (serviceTier === 'flex' || serviceTier === 'priority' || serviceTier === 'deferred') return serviceTier;
  lossTracker.dropped('serviceTier', `Gemini has no tier "${serviceTier}"`);
  return undefined;
}

/** What the protocol has no place for. */
function reportDropped(request: IrRequest, lossTracker: LossTracker): void {
  lossTracker.extensions('', request.extensions, own);
  for (const key of ['verbosity', 'audioOutput', 'metadata', 'user', 'promptCacheKey', 'logprobs'] as const)
    if (request[key] !== undefined) lossTracker.dropped(key, 'the Interactions API has no such parameter');
  if ((request.choices ?? 1) > 1) lossTracker.dropped('choices', 'the Interactions API gives one answer');
}
