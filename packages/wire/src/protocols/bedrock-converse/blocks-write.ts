import type { CacheHint, Part, ToolCallPart, ToolResultPart } from '../../ir/part.ts';
import { crc32 } from '../../json/crc32.ts';
import { compact, isObject, parseObject } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { writeAudio, writeDocument, writeImage, writeVideo, type MediaScene } from './media-write.ts';

const own = 'bedrock-converse';

/** What stands where Bedrock demands words and the client has none. */
export const PLACEHOLDER = '...';

/** What the parts of a message are written with. */
export type PartScene = MediaScene & { readonly role: 'user' | 'assistant' };

/** `cachePoint`, which stands behind what it is about; undefined where the model takes none. */
export function writeCachePoint(
  cache: CacheHint | undefined,
  path: string,
  scene: MediaScene,
  inTools = false,
): JsonObject | undefined {
  if (!cache) return undefined;
  const { lossTracker, traits } = scene;
  if (traits.cache === 'nowhere' || (inTools && traits.cache === 'not in tools')) {
    lossTracker.dropped(`${path}.cache`, inTools ? 'the model caches no tools' : 'the model has no prompt cache');
    return undefined;
  }
  const { ttlSeconds } = cache;
  if (ttlSeconds === undefined) return { cachePoint: { type: 'default' } };
  const hour = ttlSeconds > 300 && traits.hourCache;
  if (ttlSeconds !== (hour ? 3600 : 300))
    lossTracker.approximated(`${path}.cache`, `kept for ${hour ? 'one hour' : 'five minutes'}`);
  // Five minutes are what every model has; only those of an hour know the field.
  return { cachePoint: compact({ type: 'default', ttl: hour ? '1h' : traits.hourCache ? '5m' : undefined }) };
}

/** Longest id of a tool call. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html */
const MAX_ID = 64;

/** Bedrock takes ids of these letters, and not long ones; the same id always becomes the same one. */
export function toolUseId(callId: string): string {
  const id = callId.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  if (id === '') return '_';
  if (id.length <= MAX_ID) return id;
  const sum = crc32(encodeText(callId)).toString(16).padStart(8, '0');
  return `${id.slice(0, MAX_ID - 9)}_${sum}`;
}

/**
 * A part as content blocks, none when it cannot be said; then the loss is noted. A cache hint becomes a block of its own
 * behind it. Reasoning goes back only with Bedrock's own signature.
 */
export function writeBlocks(part: Part, path: string, scene: PartScene): readonly JsonObject[] {
  const { lossTracker } = scene;
  lossTracker.extensions(path, part.extensions, own);
  const block = writeBlock(part, path, scene);
  if (!block) {
    if (part.cache) lossTracker.dropped(`${path}.cache`, 'its part is left out');
    return [];
  }
  if (part.signature && part.type !== 'reasoning')
    lossTracker.dropped(`${path}.signature`, 'Bedrock signs only reasoning');
  const hint = part.cache ?? innerCache(part, path, scene);
  const point = writeCachePoint(hint, path, scene, part.type === 'tool-result');
  return point ? [block, point] : [block];
}

/** Within a tool's result no cache point may stand; it is set behind the result. */
function innerCache(part: Part, path: string, scene: PartScene): CacheHint | undefined {
  if (part.type !== 'tool-result') return undefined;
  const at = part.content.findLastIndex((inner) => inner.cache !== undefined);
  if (at < 0) return undefined;
  scene.lossTracker.approximated(`${path}.content[${at}].cache`, 'set behind the whole result');
  return part.content[at]?.cache;
}

function writeBlock(part: Part, path: string, scene: PartScene): JsonObject | undefined {
  const { lossTracker } = scene;
  if (scene.role === 'assistant' && isMedium(part)) {
    lossTracker.dropped(path, 'Bedrock takes media from the user only');
    return undefined;
  }
  switch (part.type) {
    case 'text':
      if (part.citations) lossTracker.dropped(`${path}.citations`, 'citations are not repeated in a request');
      if (part.text.trim() !== '') return { text: part.text };
      if (part.text !== '') lossTracker.dropped(path, 'Bedrock refuses blank text');
      return undefined;
    case 'refusal':
      return part.text.trim() === '' ? undefined : { text: part.text };
    case 'image':
      return writeImage(part, path, scene);
    case 'audio':
      return writeAudio(part, path, scene);
    case 'video':
      return writeVideo(part, path, scene);
    case 'document':
      return writeDocument(part, path, scene);
    case 'reasoning':
      if (part.signature?.by !== own) {
        lossTracker.dropped(
          path,
          part.signature ? `the signature is ${part.signature.by}'s` : 'Bedrock takes back only signed reasoning',
        );
        return undefined;
      }
      return {
        reasoningContent: part.redacted
          ? { redactedContent: part.signature.value }
          : { reasoningText: { text: part.text, signature: part.signature.value } },
      };
    case 'tool-call':
      return writeToolUse(part, path, scene);
    case 'tool-result':
      return writeToolResult(part, path, scene);
    case 'hosted-call':
      if (part.raw.by === own && isObject(part.raw.value)) return part.raw.value;
      lossTracker.dropped(path, `a call of ${part.raw.by}'s own tool`);
      return undefined;
    case 'hosted-result': {
      if (part.raw.by === own && isObject(part.raw.value)) return part.raw.value;
      const text = part.content.map((inner) => (inner.type === 'text' ? inner.text : '')).join('\n');
      if (text.trim() === '') {
        lossTracker.dropped(path, `the result of ${part.raw.by}'s own tool`);
        return undefined;
      }
      lossTracker.approximated(path, `the result of ${part.raw.by}'s own tool became text`);
      return { text };
    }
    case 'foreign':
      if (part.foreign.by === own && isObject(part.foreign.value)) return part.foreign.value;
      lossTracker.dropped(path, `only ${part.foreign.by} has it`);
      return undefined;
  }
}

function isMedium(part: Part): boolean {
  return part.type === 'image' || part.type === 'audio' || part.type === 'video' || part.type === 'document';
}

function writeToolUse(part: ToolCallPart, path: string, scene: PartScene): JsonObject {
  const { lossTracker } = scene;
  let input: JsonObject | undefined = { input: part.arguments };
  if (part.kind === 'function') input = part.arguments.trim() === '' ? {} : parseObject(part.arguments);
  if (!input) lossTracker.dropped(`${path}.arguments`, 'the arguments are no JSON object');
  return { toolUse: { toolUseId: toolUseId(part.callId), name: part.name, input: input ?? {} } };
}

const inResults: ReadonlySet<string> = new Set(['text', 'image', 'document', 'video', 'json', 'searchResult']);

function writeToolResult(part: ToolResultPart, path: string, scene: PartScene): JsonObject {
  const { lossTracker, traits } = scene;
  const content: JsonObject[] = [];
  for (const [i, inner] of part.content.entries()) {
    const innerPath = `${path}.content[${i}]`;
    // Blank text is allowed here, and an empty result is one.
    const block = inner.type === 'text' ? { text: inner.text } : writeBlock(inner, innerPath, scene);
    if (!block) continue;
    if (Object.keys(block).every((key) => inResults.has(key))) content.push(block);
    else lossTracker.dropped(innerPath, 'not allowed in a tool result');
  }
  const knowsErrors = traits.family === 'claude' || traits.family === 'nova';
  if (part.error === true && !knowsErrors) lossTracker.dropped(`${path}.error`, 'the model is not told of errors');
  const status = part.error === true && knowsErrors ? 'error' : undefined;
  // An error without words is refused.
  if (content.length === 0 && status === 'error') content.push({ text: PLACEHOLDER });
  return { toolResult: compact({ toolUseId: toolUseId(part.callId), content, status }) };
}
