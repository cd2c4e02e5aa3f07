import type { LossTracker } from '../../ir/loss.ts';
import { sourceOfUrl } from '../../ir/media.ts';
import type { CacheHint, MediaSource, Part, ToolCallPart } from '../../ir/part.ts';
import type { IrMessage } from '../../ir/request.ts';
import { at, isObject, objectAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { checkedReasoning, readDetails, readThinkingPart, readThoughtSignature, reasoningText } from './reasoning.ts';

const by = 'openai-chat';

const messageKeys: ReadonlySet<string> = new Set([
  'role',
  'name',
  'content',
  'refusal',
  'audio',
  'tool_calls',
  'function_call',
  'tool_call_id',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'annotations',
  'parsed',
  'cache_control',
  'prompt_cache_breakpoint',
]);

/** Reads one message; undefined when its role is unknown. Results of tools become parts of a user's message. */
export function readMessage(json: JsonObject, path: string, lossTracker: LossTracker): IrMessage | undefined {
  const message = readUncached(json, path, lossTracker);
  const cache = message && readCache(json);
  if (!cache) return message;
  // "Up to here" of a whole message is behind its last part, as LiteLLM's and OpenRouter's clients mean it.
  const last = message.parts.at(-1);
  if (!last) {
    lossTracker.dropped(`${path}.cache_control`, 'the message has nothing in it');
    return message;
  }
  return { ...message, parts: [...message.parts.slice(0, -1), { ...last, cache: last.cache ?? cache }] };
}

function readUncached(json: JsonObject, path: string, lossTracker: LossTracker): IrMessage | undefined {
  const fields = restOf(json, messageKeys);
  const extensions = fields && ({ by, fields } as const);
  const role = textAt(json, 'role');
  const name = textAt(json, 'name');
  const content = readContent(at(json, 'content'));
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      return { role, name, parts: content, extensions };
    case 'assistant':
      return { role, name, parts: readAnswer(json, content), extensions };
    case 'tool':
    case 'function': {
      if (role === 'function') lossTracker.approximated(path, 'a function message became the result of a tool');
      const callId = textAt(json, 'tool_call_id') ?? name ?? '';
      const result: Part = { type: 'tool-result', callId, name, kind: 'function', content };
      return { role: 'user', parts: [result], extensions };
    }
    default:
      return undefined;
  }
}

/** What an assistant's message holds, in the order in which models put it out. */
function readAnswer(json: JsonObject, content: readonly Part[]): readonly Part[] {
  const parts: Part[] = [...readReasoning(json), ...content];
  const refusal = textAt(json, 'refusal');
  if (refusal !== undefined && refusal !== '') parts.push({ type: 'refusal', text: refusal });
  const audio = objectAt(json, 'audio');
  const audioId = audio && textAt(audio, 'id');
  if (audioId !== undefined) parts.push({ type: 'audio', source: { kind: 'file', fileId: audioId, by } });
  parts.push(...readToolCalls(json));
  return parts;
}

/** The reasoning of a message: details where they carry signatures, else the plain text. */
export function readReasoning(json: JsonObject): readonly Part[] {
  const details = readDetails(json);
  const text = reasoningText(json);
  if (details.some((part) => part.signature !== undefined)) {
    const told = details.map((part) => part.text).join('');
    // Signatures whose text stands only in the plain field.
    if (told !== '' || text === undefined || text === '') return details.map(checkedReasoning);
    return details.map((part, i) => checkedReasoning(i === 0 && !part.redacted ? { ...part, text } : part));
  }
  return text === undefined || text === '' ? [] : [{ type: 'reasoning', text }];
}

/** The tool calls of a message, and the legacy function call. */
export function readToolCalls(json: JsonObject): readonly ToolCallPart[] {
  const calls = objectsAt(json, 'tool_calls').map(readToolCall);
  const legacy = objectAt(json, 'function_call');
  return legacy ? [...calls, readToolCall({ id: textAt(legacy, 'name') ?? '', function: legacy })] : calls;
}

const callKeys: ReadonlySet<string> = new Set(['id', 'type', 'index', 'function', 'custom', 'extra_content']);

function readToolCall(json: JsonObject): ToolCallPart {
  const custom = objectAt(json, 'custom');
  const inner = custom ?? objectAt(json, 'function') ?? {};
  const fields = restOf(json, callKeys);
  const args = at(inner, custom ? 'input' : 'arguments');
  return {
    type: 'tool-call',
    callId: textAt(json, 'id') ?? '',
    name: textAt(inner, 'name') ?? '',
    kind: custom ? 'custom' : 'function',
    // Some vendors send an object where OpenAI sends its text.
    arguments: typeof args === 'string' ? args : isObject(args) ? JSON.stringify(args) : '',
    signature: readThoughtSignature(json),
    extensions: fields && { by, fields },
  };
}

/** Content that may be a plain string. Items that are no objects are left out. */
export function readContent(content: Json | undefined): readonly Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject).map(readPart) : [];
}

/** `cache_control` as Anthropic's clients of Chat send it, or OpenAI's own breakpoint. */
function readCache(json: JsonObject): CacheHint | undefined {
  const hint = objectAt(json, 'cache_control') ?? objectAt(json, 'prompt_cache_breakpoint');
  if (!hint) return undefined;
  const match = /^(\d+)([mh])$/.exec(textAt(hint, 'ttl') ?? '');
  return match ? { ttlSeconds: Number(match[1]) * (match[2] === 'h' ? 3600 : 60) } : {};
}

const partKeys: ReadonlySet<string> = new Set(['type', 'cache_control', 'prompt_cache_breakpoint']);

/** Reads a content part; members it has no name for, under the part or under its medium, are kept as extensions. */
function readPart(json: JsonObject): Part {
  const type = textAt(json, 'type') ?? '';
  const inner: JsonObject = objectAt(json, type) ?? { url: at(json, type) ?? '' };
  const part = readKnownPart(json, type, inner);
  if (!part) return { type: 'foreign', foreign: { by, value: json }, cache: readCache(json) };
  const own = part.type === 'reasoning' ? 'thinking' : type;
  const fields = { ...restOf(json, new Set([...partKeys, own])), ...restOf(inner, mediaKeys) };
  const extensions = Object.keys(fields).length > 0 ? ({ by, fields } as const) : undefined;
  return { ...part, cache: readCache(json), extensions };
}

const mediaKeys: ReadonlySet<string> = new Set(['url', 'detail', 'data', 'format', 'filename', 'file_data', 'file_id']);

function readKnownPart(json: JsonObject, type: string, inner: JsonObject): Part | undefined {
  const url = textAt(inner, 'url') ?? '';
  switch (type) {
    case 'text':
      return { type, text: textAt(json, 'text') ?? '' };
    case 'refusal':
      return { type, text: textAt(json, 'refusal') ?? '' };
    case 'thinking':
      return readThinkingPart(json);
    case 'image_url':
      return { type: 'image', source: sourceOfUrl(url), detail: textAt(inner, 'detail') };
    case 'video_url':
      return { type: 'video', source: sourceOfUrl(url) };
    case 'audio_url':
      return { type: 'audio', source: sourceOfUrl(url) };
    case 'document_url':
      return { type: 'document', source: sourceOfUrl(url) };
    case 'input_audio': {
      const format = textAt(inner, 'format') ?? 'wav';
      const mediaType = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
      return { type: 'audio', source: { kind: 'base64', mediaType, data: textAt(inner, 'data') ?? '' } };
    }
    case 'file': {
      const filename = textAt(inner, 'filename');
      return { type: 'document', source: sourceOfFile(inner, filename), filename };
    }
    default:
      return undefined;
  }
}

function sourceOfFile(file: JsonObject, filename: string | undefined): MediaSource {
  const data = textAt(file, 'file_data');
  if (data === undefined) return { kind: 'file', fileId: textAt(file, 'file_id') ?? '', by };
  if (data.startsWith('data:') || /^https?:/.test(data)) return sourceOfUrl(data);
  const isText = filename !== undefined && /\.(?:txt|md|csv|json|xml|html?)$/i.test(filename);
  return { kind: 'base64', mediaType: isText ? 'text/plain' : 'application/pdf', data };
}
