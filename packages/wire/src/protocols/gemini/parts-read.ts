import type { HostedTool, MediaPart, MediaSource, Part, ToolResultPart } from '../../ir/part.ts';
import { at, compact, isObject, objectAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import type { CallTracker } from './calls.ts';
import { camelKeys } from './cases.ts';
import { readSignature } from './signatures.ts';

const by = 'gemini';

const partKeys: ReadonlySet<string> = new Set([
  'text',
  'thought',
  'thoughtSignature',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
]);

/** What any part may carry besides what it is. */
export function readPartBase(json: JsonObject): Pick<Part, 'signature' | 'extensions'> {
  const signature = textAt(json, 'thoughtSignature');
  const fields = restOf(json, partKeys);
  return {
    signature: signature === undefined || signature === '' ? undefined : readSignature(signature).signature,
    extensions: fields && { by, fields },
  };
}

/** Whether a part holds a thought that was never shown. */
function isRedacted(json: JsonObject): true | undefined {
  return readSignature(textAt(json, 'thoughtSignature') ?? '').redacted === true ? true : undefined;
}

/** Reads one part of a content, its keys in camelCase. What has no name stays whole as `foreign`. */
export function readPart(json: JsonObject, calls: CallTracker): Part {
  const base = readPartBase(json);
  const text = textAt(json, 'text');
  // A sketch of an image, say: part of the thinking, not of the answer.
  if (text === undefined && at(json, 'thought') === true) return { type: 'foreign', foreign: { by, value: json } };
  const inline = objectAt(json, 'inlineData');
  if (inline) return { ...readInline(camelKeys(inline)), ...base };
  const file = objectAt(json, 'fileData');
  if (file) return { ...readFile(camelKeys(file)), ...base };
  const call = objectAt(json, 'functionCall');
  if (call) {
    const name = textAt(call, 'name') ?? '';
    return {
      type: 'tool-call',
      callId: calls.call(textAt(call, 'id'), name),
      name,
      kind: 'function',
      arguments: JSON.stringify(at(call, 'args') ?? {}),
      ...base,
    };
  }
  const response = objectAt(json, 'functionResponse');
  if (response) return { ...readResult(response, calls), ...base };
  const hosted = readHosted(json, calls);
  if (hosted) return { ...hosted, ...base };
  if (text !== undefined)
    return at(json, 'thought') === true
      ? { type: 'reasoning', text, redacted: isRedacted(json), ...base }
      : { type: 'text', text, ...base };
  return { type: 'foreign', foreign: { by, value: json } };
}

function readInline(json: JsonObject): MediaPart {
  const mediaType = (textAt(json, 'mimeType') ?? '').toLowerCase();
  const source: MediaSource = { kind: 'base64', mediaType, data: standardBase64(textAt(json, 'data') ?? '') };
  return mediaOf(source, mediaType, textAt(json, 'displayName'));
}

/** Google takes base64 in both alphabets, and its Python SDK writes that for URLs, which nobody else takes. */
export const standardBase64 = (text: string): string =>
  text.includes('-') || text.includes('_') ? text.replaceAll('-', '+').replaceAll('_', '/') : text;

/** Files that Google keeps, which nobody else can read. */
const owned = /^(?:gs:|files\/|https:\/\/generativelanguage\.googleapis\.com\/)/;

/** Where a medium with an address is: a file that Google keeps, by whichever of its protocols it is named, or a page. */
export const sourceOfUri = (uri: string, mediaType: string | undefined): MediaSource =>
  owned.test(uri) ? { kind: 'file', fileId: uri, by, mediaType } : { kind: 'url', url: uri, mediaType };

const videoPage = /^https?:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//;

function readFile(json: JsonObject): MediaPart {
  const uri = textAt(json, 'fileUri') ?? '';
  const mediaType = textAt(json, 'mimeType')?.toLowerCase();
  const kind = mediaType ?? (videoPage.test(uri) ? 'video/*' : '');
  return mediaOf(sourceOfUri(uri, mediaType), kind, textAt(json, 'displayName'));
}

function mediaOf(source: MediaSource, mediaType: string, filename: string | undefined): MediaPart {
  if (mediaType.startsWith('image/')) return { type: 'image', source };
  if (mediaType.startsWith('audio/')) return { type: 'audio', source };
  if (mediaType.startsWith('video/')) return { type: 'video', source };
  return { type: 'document', source, filename };
}

const responseKeys: ReadonlySet<string> = new Set(['id', 'name', 'response', 'parts']);

/**
 * A function's result. Google names two members of the response: `output`, and `error` for a failure; a response that is
 * one of these and no more is taken for what it holds.
 */
function readResult(json: JsonObject, calls: CallTracker): ToolResultPart {
  const name = textAt(json, 'name') ?? '';
  const response = at(json, 'response') ?? {};
  const keys = isObject(response) ? Object.keys(response) : [];
  const only = keys.length === 1 && isObject(response) ? keys[0] : undefined;
  const failed = only === 'error';
  const told = isObject(response) && (only === 'output' || failed) ? (at(response, only ?? '') ?? '') : response;
  const media = objectsAt(json, 'parts').map((part) => readPart(camelKeys(part), calls));
  return {
    type: 'tool-result',
    callId: calls.result(textAt(json, 'id'), name),
    name,
    kind: 'function',
    content: [{ type: 'text', text: typeof told === 'string' ? told : JSON.stringify(told) }, ...media],
    error: failed ? true : undefined,
    extensions: extensionsOf(json),
  };
}

function extensionsOf(json: JsonObject): Part['extensions'] {
  const fields = restOf(json, responseKeys);
  return fields && { by, fields: { functionResponse: fields } };
}

function toolOfType(type: string | undefined): HostedTool {
  if (type?.startsWith('GOOGLE_SEARCH')) return 'web-search';
  if (type === 'URL_CONTEXT') return 'web-fetch';
  if (type === 'GOOGLE_MAPS') return 'maps';
  return type === 'FILE_SEARCH' ? 'file-search' : 'other';
}

function raw(key: string, value: Json): { readonly by: typeof by; readonly value: Json } {
  return { by, value: { [key]: value } };
}

/** What Google's own tools did. */
function readHosted(json: JsonObject, calls: CallTracker): Part | undefined {
  const code = objectAt(json, 'executableCode');
  if (code) {
    return {
      type: 'hosted-call',
      tool: 'code-execution',
      callId: calls.call(textAt(code, 'id'), 'executableCode'),
      name: 'code_execution',
      arguments: textAt(code, 'code') ?? '',
      raw: raw('executableCode', code),
    };
  }
  const result = objectAt(json, 'codeExecutionResult');
  if (result) {
    const outcome = textAt(result, 'outcome');
    const output = textAt(result, 'output') ?? '';
    return {
      type: 'hosted-result',
      tool: 'code-execution',
      callId: calls.result(textAt(result, 'id'), 'executableCode'),
      content: output === '' ? [] : [{ type: 'text', text: output }],
      error: outcome === undefined || outcome === 'OUTCOME_OK' ? undefined : outcome,
      raw: raw('codeExecutionResult', result),
    };
  }
  const call = objectAt(json, 'toolCall');
  if (call) {
    const named = camelKeys(call);
    const type = textAt(named, 'toolType');
    return {
      type: 'hosted-call',
      tool: toolOfType(type),
      callId: calls.call(textAt(call, 'id'), type ?? ''),
      name: (type ?? 'tool').toLowerCase(),
      arguments: JSON.stringify(at(call, 'args') ?? {}),
      raw: raw('toolCall', call),
    };
  }
  const response = objectAt(json, 'toolResponse');
  if (!response) return undefined;
  const type = textAt(camelKeys(response), 'toolType');
  return {
    type: 'hosted-result',
    tool: toolOfType(type),
    callId: calls.result(textAt(response, 'id'), type ?? ''),
    content: [{ type: 'text', text: JSON.stringify(compact({ response: at(response, 'response') })) }],
    raw: raw('toolResponse', response),
  };
}
