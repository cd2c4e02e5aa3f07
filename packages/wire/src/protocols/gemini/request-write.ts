import type { RequestTarget } from '../../ir/codec.ts';
import { hoistInstructions, type Hoisted } from '../../ir/instructions.ts';
import { openLossTracker, type Read } from '../../ir/loss.ts';
import { callNames, type IrRequest } from '../../ir/request.ts';
import { compact, isObject, objectAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { writeConfig } from './config-write.ts';
import { geminiTraits } from './models.ts';
import { writeParts, type PartScene } from './parts-write.ts';
import { writeTools } from './tools-write.ts';

const own = 'gemini';

/**
 * Says that a call was not made by this model, so that it is not refused for want of a signature.
 * https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export const NO_SIGNATURE = 'skip_thought_signature_validator';
/** What stands where Gemini demands a user's message and the client has none. */
const PLACEHOLDER = '...';

/** Writes a `generateContent` request. Its model stands in the path. */
export function writeGeminiRequest(request: IrRequest, target: RequestTarget): Read<JsonObject> {
  const lossTracker = openLossTracker();
  const traits = geminiTraits(target.traits);
  const scene: PartScene = {
    lossTracker,
    traits,
    names: callNames(request.messages),
    clientProtocol: request.by,
  };
  const hoisted = hoistInstructions(request.messages, lossTracker);
  const contents = writeContents(hoisted, scene);
  const tools = writeTools(request, traits, lossTracker);
  const config = writeConfig(request, target, traits, tools['tools'] !== undefined, lossTracker);
  const system = writeSystem(hoisted, config.instruction, scene);
  reportDropped(request, scene);
  const extra = request.extensions?.by === own ? request.extensions.fields : {};
  const generationConfig = { ...config.fields, ...membersOf(extra, 'generationConfig.') };
  const toolConfig = { ...objectAt(tools, 'toolConfig'), ...membersOf(extra, 'toolConfig.') };
  const value = compact({
    contents,
    systemInstruction: system.length > 0 ? { parts: system } : undefined,
    tools: tools['tools'],
    toolConfig: Object.keys(toolConfig).length > 0 ? toolConfig : undefined,
    generationConfig: Object.keys(generationConfig).length > 0 ? generationConfig : undefined,
    serviceTier: writeTier(request, scene),
    ...membersOf(extra, ''),
  });
  return { value, losses: lossTracker.losses };
}

/** The extensions of one object of the request, which are kept under their paths. */
function membersOf(extra: JsonObject, prefix: string): JsonObject {
  const inside = Object.entries(extra).filter(([path]) =>
    prefix === '' ? !/^(?:generationConfig|toolConfig)\./.test(path) : path.startsWith(prefix),
  );
  return Object.fromEntries(inside.map(([path, value]) => [path.slice(prefix.length), value]));
}

function writeSystem(hoisted: Hoisted, instruction: string | undefined, scene: PartScene): readonly JsonObject[] {
  const parts: JsonObject[] = [];
  for (const { part, path } of hoisted.instructions) {
    for (const written of writeParts(part, path, scene)) {
      if (typeof written['text'] === 'string') parts.push(written);
      else scene.lossTracker.dropped(path, 'instructions are text only');
    }
  }
  if (instruction !== undefined) parts.push({ text: instruction });
  return parts;
}

type Content = { readonly role: 'user' | 'model'; readonly parts: JsonObject[] };

function answersCall(part: JsonObject): boolean {
  return part['functionResponse'] !== undefined;
}

/**
 * Contents as Gemini wants them: beginning with the user, neighbours of one role joined, and all results of a turn's
 * calls together in one content directly behind it.
 */
function writeContents(hoisted: Hoisted, scene: PartScene): readonly Json[] {
  const { lossTracker } = scene;
  const turns: Content[] = [];
  for (const { message, path } of hoisted.messages) {
    lossTracker.extensions(path, message.extensions, own);
    if (message.name !== undefined) lossTracker.dropped(`${path}.name`, 'Gemini knows no names of participants');
    const role = message.role === 'assistant' ? 'model' : 'user';
    const parts = message.parts.flatMap((part, i) => writeParts(part, `${path}.parts[${i}]`, scene));
    if (parts.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else turns.push({ role, parts });
  }
  const contents: Content[] = [];
  for (const turn of turns) {
    if (turn.role === 'model') {
      if (scene.traits.demandsSignatures) signFirstCall(turn.parts);
      contents.push(turn);
      continue;
    }
    const results = turn.parts.filter(answersCall);
    const rest = turn.parts.filter((part) => !answersCall(part));
    if (results.length > 0) contents.push({ role: 'user', parts: results });
    if (rest.length > 0) contents.push({ role: 'user', parts: rest });
  }
  const placeholder: Content = { role: 'user', parts: [{ text: PLACEHOLDER }] };
  if (contents[0]?.role !== 'user') {
    contents.unshift(placeholder);
    lossTracker.approximated('messages', 'a user message was put in front');
  }
  if (contents.at(-1)?.role === 'model' && scene.traits.strictTurns) {
    contents.push(placeholder);
    lossTracker.approximated(
      'messages',
      'the model does not go on with a begun answer; a user message was put behind it',
    );
  }
  return contents;
}

/** The first call of a step must be signed; of parallel calls only the first is. */
function signFirstCall(parts: JsonObject[]): void {
  const index = parts.findIndex((part) => isObject(part['functionCall']));
  const call = parts[index];
  if (call && call['thoughtSignature'] === undefined) parts[index] = { ...call, thoughtSignature: NO_SIGNATURE };
}

function writeTier(request: IrRequest, scene: PartScene): string | undefined {
  const { serviceTier } = request;
  if (serviceTier === undefined || serviceTier === 'auto') return undefined;
  if (serviceTier === 'default' || serviceTier === 'standard' || serviceTier === 'standard_only') return 'standard';
  if (serviceTier === 'flex' || serviceTier === 'priority') return serviceTier;
  scene.lossTracker.dropped('serviceTier', `Gemini has no tier "${serviceTier}"`);
  return undefined;
}

/** What the protocol has no place for. */
function reportDropped(request: IrRequest, scene: PartScene): void {
  const { lossTracker } = scene;
  lossTracker.extensions('', request.extensions, own);
  for (const key of ['verbosity', 'audioOutput', 'metadata', 'user', 'promptCacheKey', 'store'] as const)
    if (request[key] !== undefined && request[key] !== false) lossTracker.dropped(key, 'Gemini has no such parameter');
}
