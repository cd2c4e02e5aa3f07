import type { LossTracker } from '../../ir/loss.ts';
import { decodeBase64Text } from '../../ir/media.ts';
import type { CacheHint, DocumentPart, ImagePart, Part, ToolResultPart } from '../../ir/part.ts';
import { at, compact, parseObject } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';

const own = 'anthropic-messages';

/** Writes `cache_control`; only five minutes and one hour exist. */
export function writeCache(
  cache: CacheHint | undefined,
  path: string,
  lossTracker: LossTracker,
): JsonObject | undefined {
  if (!cache) return undefined;
  const { ttlSeconds } = cache;
  if (ttlSeconds === undefined) return { type: 'ephemeral' };
  if (ttlSeconds !== 300 && ttlSeconds !== 3600)
    lossTracker.approximated(`${path}.cache`, `kept for ${ttlSeconds > 300 ? 'one hour' : 'five minutes'}`);
  return { type: 'ephemeral', ttl: ttlSeconds > 300 ? '1h' : '5m' };
}

/** Anthropic takes ids of these letters only; the same id always becomes the same one. */
export function toolId(callId: string): string {
  const id = callId.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  return id === '' ? '_' : id;
}

/** Arguments as the object that Anthropic demands. */
export function toolInput(
  kind: 'function' | 'custom',
  text: string,
  path: string,
  lossTracker: LossTracker,
): JsonObject {
  if (kind === 'custom') return { input: text };
  if (text.trim() === '') return {};
  const input = parseObject(text);
  if (input) return input;
  lossTracker.dropped(`${path}.arguments`, 'the arguments are no JSON object');
  return {};
}

/**
 * A part as a content block of a request, or undefined when it cannot be said; then the loss is noted. Reasoning goes
 * back only with Anthropic's own signature: it refuses any other, and any that was changed.
 */
export function writeBlock(part: Part, path: string, lossTracker: LossTracker): JsonObject | undefined {
  const cache_control = writeCache(part.cache, path, lossTracker);
  lossTracker.extensions(path, part.extensions, own);
  const extra = part.extensions?.by === own ? part.extensions.fields : undefined;
  switch (part.type) {
    case 'text':
      if (part.text.trim() === '') {
        if (part.text !== '' || cache_control) lossTracker.dropped(path, 'Anthropic refuses blank text');
        return undefined;
      }
      if (part.citations) lossTracker.dropped(`${path}.citations`, 'citations are not repeated in a request');
      return compact({ type: 'text', text: part.text, cache_control });
    case 'refusal':
      return part.text.trim() === '' ? undefined : { type: 'text', text: part.text };
    case 'image':
      return writeImage(part, path, lossTracker, cache_control);
    case 'document':
      return writeDocument(part, path, lossTracker, cache_control);
    case 'reasoning':
      if (part.signature?.by !== own) {
        lossTracker.dropped(
          path,
          part.signature ? `the signature is ${part.signature.by}'s` : 'Anthropic takes back only signed reasoning',
        );
        return undefined;
      }
      return part.redacted
        ? { type: 'redacted_thinking', data: part.signature.value }
        : { type: 'thinking', thinking: part.text, signature: part.signature.value };
    case 'tool-call':
      return compact({
        type: 'tool_use',
        id: toolId(part.callId),
        name: part.name,
        input: toolInput(part.kind, part.arguments, path, lossTracker),
        cache_control,
        ...extra,
      });
    case 'tool-result':
      return compact({
        type: 'tool_result',
        tool_use_id: toolId(part.callId),
        content: writeResult(part, path, lossTracker),
        is_error: part.error,
        cache_control,
        ...extra,
      });
    case 'hosted-call':
      if (part.raw.by === own) return part.raw.value as JsonObject;
      lossTracker.dropped(path, `a call of ${part.raw.by}'s own tool`);
      return undefined;
    case 'hosted-result': {
      if (part.raw.by === own) return part.raw.value as JsonObject;
      const text = part.content.map((inner) => (inner.type === 'text' ? inner.text : '')).join('\n');
      if (text.trim() === '') {
        lossTracker.dropped(path, `the result of ${part.raw.by}'s own tool`);
        return undefined;
      }
      lossTracker.approximated(path, `the result of ${part.raw.by}'s own tool became text`);
      return { type: 'text', text };
    }
    case 'foreign':
      if (part.foreign.by === own) return part.foreign.value as JsonObject;
      lossTracker.dropped(path, `only ${part.foreign.by} has it`);
      return undefined;
    case 'audio':
      if (part.transcript !== undefined && part.transcript.trim() !== '') {
        lossTracker.approximated(path, 'audio became its transcript');
        return { type: 'text', text: part.transcript };
      }
      lossTracker.dropped(path, 'Anthropic takes no audio');
      return undefined;
    case 'video':
      lossTracker.dropped(path, 'Anthropic takes no video');
      return undefined;
  }
}

function writeImage(
  part: ImagePart,
  path: string,
  lossTracker: LossTracker,
  cache_control: JsonObject | undefined,
): JsonObject | undefined {
  const { source } = part;
  if (part.detail !== undefined && part.detail !== 'auto')
    lossTracker.dropped(`${path}.detail`, 'Anthropic has no detail');
  if (source.kind === 'base64') {
    // A PDF in an image's clothes, as some Chat clients send it.
    const type = source.mediaType === 'application/pdf' ? 'document' : 'image';
    return compact({
      type,
      source: { type: 'base64', media_type: mediaTypeOf(source.mediaType), data: source.data },
      cache_control,
    });
  }
  if (source.kind === 'url') return compact({ type: 'image', source: { type: 'url', url: source.url }, cache_control });
  if (source.by === own)
    return compact({ type: 'image', source: { type: 'file', file_id: source.fileId }, cache_control });
  lossTracker.dropped(path, `only ${source.by} knows the file`);
  return undefined;
}

const mediaTypeOf = (mediaType: string): string => (mediaType === 'image/jpg' ? 'image/jpeg' : mediaType);

function writeDocument(
  part: DocumentPart,
  path: string,
  lossTracker: LossTracker,
  cache_control: JsonObject | undefined,
): JsonObject | undefined {
  const { source } = part;
  let written: JsonObject;
  switch (source.kind) {
    case 'text':
      written = { type: 'text', media_type: 'text/plain', data: source.text };
      break;
    case 'parts':
      written = {
        type: 'content',
        content: source.parts
          .map((inner, i) => writeBlock(inner, `${path}.source.parts[${i}]`, lossTracker))
          .filter((block) => block !== undefined),
      };
      break;
    case 'url':
      written = { type: 'url', url: source.url };
      break;
    case 'base64':
      if (source.mediaType.startsWith('image/'))
        return writeImage({ type: 'image', source }, path, lossTracker, cache_control);
      if (source.mediaType === 'application/pdf')
        written = { type: 'base64', media_type: source.mediaType, data: source.data };
      else if (isTextual(source.mediaType))
        written = { type: 'text', media_type: 'text/plain', data: decodeBase64Text(source.data) };
      else {
        lossTracker.dropped(path, `Anthropic does not read ${source.mediaType}`);
        return undefined;
      }
      break;
    case 'file':
      if (source.by !== own) {
        lossTracker.dropped(path, `only ${source.by} knows the file`);
        return undefined;
      }
      written = { type: 'file', file_id: source.fileId };
      break;
  }
  return compact({
    type: 'document',
    source: written,
    title: part.title ?? part.filename,
    context: part.context,
    citations: part.citations === undefined ? undefined : { enabled: part.citations },
    cache_control,
  });
}

const textual = ['application/json', 'application/xml', 'application/yaml', 'application/x-yaml'];

/** A media type whose bytes are text. */
function isTextual(mediaType: string): boolean {
  return mediaType.startsWith('text/') || textual.includes(mediaType) || /\+(?:json|xml)$/.test(mediaType);
}

/** Content of a tool result: plain text as a string, anything else as blocks. */
function writeResult(part: ToolResultPart, path: string, lossTracker: LossTracker): Json | undefined {
  const [only] = part.content;
  if (part.content.length === 1 && only?.type === 'text' && !only.cache) return only.text;
  const blocks: JsonObject[] = [];
  for (const [i, inner] of part.content.entries()) {
    const innerPath = `${path}.content[${i}]`;
    const block = writeBlock(inner, innerPath, lossTracker);
    if (!block) continue;
    const type = at(block, 'type');
    if (type === 'text' || type === 'image' || type === 'document' || inner.type === 'foreign') blocks.push(block);
    else lossTracker.dropped(innerPath, 'not allowed in a tool result');
  }
  return blocks.length > 0 ? blocks : undefined;
}
