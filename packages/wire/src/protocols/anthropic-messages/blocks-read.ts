import type {
  CacheHint,
  DocumentPart,
  Extensions,
  HostedTool,
  ImagePart,
  MediaSource,
  Part,
  TextPart,
} from '../../ir/part.ts';
import { unwrapSignature } from '../../ir/signature.ts';
import { at, flagAt, isObject, objectAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { readCitation } from './citations.ts';

const by = 'anthropic-messages';

/** Reads `cache_control`. */
export function readCache(json: JsonObject): CacheHint | undefined {
  const control = objectAt(json, 'cache_control');
  if (!control) return undefined;
  const ttl = textAt(control, 'ttl');
  return { ttlSeconds: ttl === '1h' ? 3600 : ttl === '5m' ? 300 : undefined };
}

function known(...keys: readonly string[]): ReadonlySet<string> {
  return new Set(['type', 'cache_control', ...keys]);
}

const keys = {
  text: known('text', 'citations'),
  image: known('source'),
  document: known('source', 'title', 'context', 'citations'),
  searchResult: known('content', 'source', 'title', 'citations'),
  thinking: known('thinking', 'signature'),
  redacted: known('data'),
  toolUse: known('id', 'name', 'input'),
  toolResult: known('tool_use_id', 'content', 'is_error'),
} as const;

function extensionsOf(json: JsonObject, names: ReadonlySet<string>): Extensions | undefined {
  const fields = restOf(json, names);
  return fields && { by, fields };
}

/** Content that may be a plain string. Items that are no objects are left out. */
export function readContent(content: Json | undefined): readonly Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject).map(readBlock) : [];
}

/** Reads one content block of a request or an answer. What it has no name for stays whole as `foreign`. */
export function readBlock(json: JsonObject): Part {
  const type = textAt(json, 'type') ?? '';
  const cache = readCache(json);
  switch (type) {
    case 'text':
      return readText(json, cache);
    case 'image': {
      const source = readSource(objectAt(json, 'source'));
      if (!source) break;
      return { type: 'image', source, cache, extensions: extensionsOf(json, keys.image) };
    }
    case 'document':
      return readDocument(json, cache) ?? foreign(json, cache);
    case 'search_result':
      return {
        type: 'document',
        source: { kind: 'parts', parts: objectsAt(json, 'content').map(readBlock).filter(isTextOrImage) },
        title: textAt(json, 'title'),
        context: textAt(json, 'source'),
        citations: readCitationsConfig(json),
        cache,
        extensions: { by, fields: { type } },
      };
    case 'thinking': {
      const signature = textAt(json, 'signature') ?? '';
      return {
        type: 'reasoning',
        text: textAt(json, 'thinking') ?? '',
        signature: signature === '' ? undefined : unwrapSignature(signature, by),
        extensions: extensionsOf(json, keys.thinking),
      };
    }
    case 'redacted_thinking':
      return {
        type: 'reasoning',
        text: '',
        redacted: true,
        signature: unwrapSignature(textAt(json, 'data') ?? '', by),
        extensions: extensionsOf(json, keys.redacted),
      };
    case 'tool_use':
      return {
        type: 'tool-call',
        callId: textAt(json, 'id') ?? '',
        name: textAt(json, 'name') ?? '',
        kind: 'function',
        arguments: JSON.stringify(at(json, 'input') ?? {}),
        cache,
        extensions: extensionsOf(json, keys.toolUse),
      };
    case 'tool_result':
      return {
        type: 'tool-result',
        callId: textAt(json, 'tool_use_id') ?? '',
        kind: 'function',
        content: readContent(at(json, 'content')),
        error: flagAt(json, 'is_error'),
        cache,
        extensions: extensionsOf(json, keys.toolResult),
      };
    default:
  }
  return readHosted(json, type, cache) ?? foreign(json, cache);
}

function foreign(json: JsonObject, cache: CacheHint | undefined): Part {
  return { type: 'foreign', foreign: { by, value: json }, cache };
}

function readText(json: JsonObject, cache: CacheHint | undefined): TextPart {
  const citations = objectsAt(json, 'citations').map(readCitation);
  return {
    type: 'text',
    text: textAt(json, 'text') ?? '',
    citations: citations.length > 0 ? citations : undefined,
    cache,
    extensions: extensionsOf(json, keys.text),
  };
}

function isTextOrImage(part: Part): part is TextPart | ImagePart {
  return part.type === 'text' || part.type === 'image';
}

function readSource(json: JsonObject | undefined): MediaSource | undefined {
  if (!json) return undefined;
  switch (textAt(json, 'type')) {
    case 'base64':
      return { kind: 'base64', mediaType: textAt(json, 'media_type') ?? '', data: textAt(json, 'data') ?? '' };
    case 'url':
      return { kind: 'url', url: textAt(json, 'url') ?? '' };
    case 'file':
      return { kind: 'file', fileId: textAt(json, 'file_id') ?? '', by };
    default:
      return undefined;
  }
}

function readCitationsConfig(json: JsonObject): boolean | undefined {
  const config = objectAt(json, 'citations');
  return config && flagAt(config, 'enabled');
}

function readDocument(json: JsonObject, cache: CacheHint | undefined): DocumentPart | undefined {
  const raw = objectAt(json, 'source');
  if (!raw) return undefined;
  let source: DocumentPart['source'] | undefined = readSource(raw);
  const type = textAt(raw, 'type');
  if (type === 'text') source = { kind: 'text', text: textAt(raw, 'data') ?? '' };
  if (type === 'content') source = { kind: 'parts', parts: readContent(at(raw, 'content')).filter(isTextOrImage) };
  if (!source) return undefined;
  return {
    type: 'document',
    source,
    title: textAt(json, 'title'),
    context: textAt(json, 'context'),
    citations: readCitationsConfig(json),
    cache,
    extensions: extensionsOf(json, keys.document),
  };
}

/** Which tool a name or a type of Anthropic's means. */
export function hostedToolOf(name: string): HostedTool {
  if (name.startsWith('web_search')) return 'web-search';
  if (name.startsWith('web_fetch')) return 'web-fetch';
  if (name.includes('code_execution')) return 'code-execution';
  if (name.startsWith('computer')) return 'computer-use';
  if (name.startsWith('mcp')) return 'mcp';
  if (name.startsWith('bash')) return 'shell';
  if (name.startsWith('text_editor') || name.startsWith('str_replace')) return 'text-editor';
  if (name.startsWith('memory')) return 'memory';
  if (name.startsWith('tool_search')) return 'tool-search';
  return 'other';
}

function readHosted(json: JsonObject, type: string, cache: CacheHint | undefined): Part | undefined {
  const raw = { by, value: json } as const;
  if (type === 'server_tool_use' || type === 'mcp_tool_use') {
    const name = textAt(json, 'name') ?? '';
    return {
      type: 'hosted-call',
      tool: type === 'mcp_tool_use' ? 'mcp' : hostedToolOf(name),
      callId: textAt(json, 'id') ?? '',
      name,
      arguments: JSON.stringify(at(json, 'input') ?? {}),
      cache,
      raw,
    };
  }
  if (!type.endsWith('_tool_result')) return undefined;
  const content = at(json, 'content');
  const results = (Array.isArray(content) ? content : [content]).filter(isObject);
  const pages = results.filter((result) => textAt(result, 'url') !== undefined);
  const failed = results.find((result) => textAt(result, 'error_code') !== undefined);
  return {
    type: 'hosted-result',
    tool: hostedToolOf(type),
    callId: textAt(json, 'tool_use_id') ?? '',
    content: results.flatMap(resultText),
    sources: pages.length > 0 ? pages.map(pageOf) : undefined,
    error: failed && textAt(failed, 'error_code'),
    cache,
    raw,
  };
}

function pageOf(result: JsonObject): { readonly url: string; readonly title?: string | undefined } {
  return { url: textAt(result, 'url') ?? '', title: textAt(result, 'title') };
}

/** What a result says in words: printed output, fetched text, titles and addresses of pages. */
function resultText(result: JsonObject): readonly Part[] {
  const texts: string[] = [];
  for (const key of ['text', 'stdout', 'stderr']) {
    const text = textAt(result, key);
    if (text !== undefined && text !== '') texts.push(text);
  }
  const url = textAt(result, 'url');
  if (url !== undefined) texts.push(`${textAt(result, 'title') ?? ''} ${url}`.trim());
  const inner = objectAt(result, 'content');
  const source = inner && objectAt(inner, 'source');
  if (source && textAt(source, 'type') === 'text') texts.push(textAt(source, 'data') ?? '');
  return texts.map((text) => ({ type: 'text', text }));
}
