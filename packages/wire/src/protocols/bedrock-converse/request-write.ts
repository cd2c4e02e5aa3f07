import type { RequestTarget } from '../../ir/codec.ts';
import { hoistInstructions, type Hoisted } from '../../ir/instructions.ts';
import { openLossTracker, type LossTracker, type Read } from '../../ir/loss.ts';
import type { IrRequest } from '../../ir/request.ts';
import { at, compact, objectAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { PLACEHOLDER, writeBlocks } from './blocks-write.ts';
import { writeConfig } from './config-write.ts';
import type { MediaScene } from './media-write.ts';
import { converseTraits } from './models.ts';
import { writeToolConfig } from './tools-write.ts';

const own = 'bedrock-converse';

/**
 * Writes a request of Converse or ConverseStream, whose bodies are the same: the model and whether to stream stand in the
 * path. Guardrails, `performanceConfig` and `promptVariables` have no word in any client's protocol; a channel's override
 * can set them.
 */
export function writeConverseRequest(request: IrRequest, target: RequestTarget): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const traits = converseTraits(target.traits);
  const scene: MediaScene = { lossTracker, traits, documentNames: new Map() };
  const hoisted = hoistInstructions(request.messages, lossTracker);
  const messages = writeMessages(hoisted, scene);
  const toolConfig = writeToolConfig(request, messages.some(usesTools), scene);
  const choice = toolConfig && objectAt(toolConfig, 'toolChoice');
  const written = {
    forcedTool: choice !== undefined && !('auto' in choice),
    unsignedToolLoop: inUnsignedToolLoop(messages),
  };
  const config = writeConfig(request, target, written, scene);
  const system = writeSystem(hoisted, config.instruction, scene);
  reportDropped(request, lossTracker);
  const value = compact({
    messages: messages.map(({ role, content }) => ({ role, content })),
    system: system.length > 0 ? system : undefined,
    inferenceConfig: some(config.inferenceConfig),
    toolConfig,
    additionalModelRequestFields: some(config.more),
    // Claude alone says which sequence it met.
    additionalModelResponseFieldPaths:
      traits.claude && config.inferenceConfig['stopSequences'] !== undefined ? ['/stop_sequence'] : undefined,
    outputConfig: some(config.outputConfig),
    requestMetadata: writeMetadata(request, lossTracker),
    serviceTier: writeTier(request, lossTracker),
  });
  return { value, losses: lossTracker.losses };
}

function some(json: JsonObject): JsonObject | undefined {
  return Object.keys(json).length > 0 ? json : undefined;
}

function writeSystem(hoisted: Hoisted, instruction: string | undefined, scene: MediaScene): readonly JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const { part, path } of hoisted.instructions) {
    if (part.type !== 'text' && part.type !== 'refusal') {
      scene.lossTracker.dropped(path, 'instructions are text only');
      continue;
    }
    blocks.push(...writeBlocks(part, path, { ...scene, role: 'user' }));
  }
  if (instruction !== undefined) blocks.push({ text: instruction });
  return blocks;
}

type Message = { readonly role: 'user' | 'assistant'; content: JsonObject[] };

/**
 * Messages as Bedrock wants them: beginning with the user, roles alternating, the results of one turn's tools in front of
 * the message that follows it, no blank text, a text beside every document, and no white space at the end of a prefilled
 * answer.
 */
function writeMessages(hoisted: Hoisted, scene: MediaScene): readonly Message[] {
  const { lossTracker } = scene;
  const messages: Message[] = [];
  for (const { message, path } of hoisted.messages) {
    lossTracker.extensions(path, message.extensions, own);
    if (message.name !== undefined) lossTracker.dropped(`${path}.name`, 'Bedrock knows no names of participants');
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = message.parts.flatMap((part, i) => writeBlocks(part, `${path}.parts[${i}]`, { ...scene, role }));
    if (content.length === 0) continue;
    const last = messages.at(-1);
    if (last && last.role === role) last.content.push(...content);
    else messages.push({ role, content });
  }
  for (const message of messages) {
    if (message.role !== 'user') continue;
    message.content = resultsFirst(message.content);
    if (has(message, 'document') && !has(message, 'text')) {
      message.content.push({ text: PLACEHOLDER });
      lossTracker.approximated('messages', 'a text was put beside a document');
    }
  }
  if (messages[0]?.role !== 'user') {
    messages.unshift({ role: 'user', content: [{ text: PLACEHOLDER }] });
    lossTracker.approximated('messages', 'a user message was put in front');
  }
  trimPrefill(messages.at(-1), lossTracker);
  return messages;
}

function has(message: Message, kind: string): boolean {
  return message.content.some((block) => kind in block);
}

const usesTools = (message: Message): boolean => has(message, 'toolUse') || has(message, 'toolResult');

/** A cache point goes with the block that it stands behind. */
function resultsFirst(content: readonly JsonObject[]): JsonObject[] {
  const results: JsonObject[] = [];
  const rest: JsonObject[] = [];
  let list = rest;
  for (const block of content) {
    if (!('cachePoint' in block)) list = 'toolResult' in block ? results : rest;
    list.push(block);
  }
  return [...results, ...rest];
}

function trimPrefill(last: Message | undefined, lossTracker: LossTracker): void {
  const block = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  const text = block && textAt(block, 'text');
  if (!last || text === undefined || text === text.trimEnd()) return;
  last.content[last.content.length - 1] = { text: text.trimEnd() };
  lossTracker.approximated('messages', 'white space at the end of the prefilled answer was taken away');
}

/** Whether the conversation ends in results of tools that were called without signed reasoning before them. */
function inUnsignedToolLoop(messages: readonly Message[]): boolean {
  const last = messages.at(-1);
  const before = messages.at(-2);
  if (!last || !before || !has(last, 'toolResult') || !has(before, 'toolUse')) return false;
  return !('reasoningContent' in (before.content[0] ?? {}));
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, `requestMetadata` */
const metadataText = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;
const MOST_METADATA = 16;

function writeMetadata(request: IrRequest, lossTracker: LossTracker): JsonObject | undefined {
  const { metadata } = request;
  if (!metadata) return undefined;
  const fields: Record<string, string> = {};
  for (const key of Object.keys(metadata)) {
    const value = at(metadata, key);
    const fits = key !== '' && key !== '__proto__' && metadataText.test(key);
    if (fits && typeof value === 'string' && metadataText.test(value) && Object.keys(fields).length < MOST_METADATA)
      fields[key] = value;
    else lossTracker.dropped(`metadata.${key}`, 'Bedrock takes 16 short texts without unusual letters');
  }
  return some(fields);
}

/** What is the default anyway; it need not be said, and some models know no tiers. */
const ordinaryTiers: ReadonlySet<string> = new Set(['auto', 'default', 'standard', 'standard_only']);
const otherTiers: ReadonlySet<string> = new Set(['flex', 'priority', 'reserved']);

function writeTier(request: IrRequest, lossTracker: LossTracker): JsonObject | undefined {
  const { serviceTier } = request;
  if (serviceTier === undefined || ordinaryTiers.has(serviceTier)) return undefined;
  if (otherTiers.has(serviceTier)) return { type: serviceTier };
  lossTracker.dropped('serviceTier', `Bedrock has no tier "${serviceTier}"`);
  return undefined;
}

/** What the protocol has no place for. */
function reportDropped(request: IrRequest, lossTracker: LossTracker): void {
  lossTracker.extensions('', request.extensions, own);
  if ((request.choices ?? 1) > 1) lossTracker.dropped('choices', 'Bedrock gives one answer');
  if (request.logprobs) lossTracker.dropped('logprobs', 'Bedrock gives no log probabilities');
  if (request.modalities?.some((kind) => kind !== 'text')) lossTracker.dropped('modalities', 'Bedrock answers in text');
  for (const key of ['verbosity', 'audioOutput', 'user', 'promptCacheKey', 'store'] as const)
    if (request[key] !== undefined && request[key] !== false) lossTracker.dropped(key, 'Bedrock has no such parameter');
}
