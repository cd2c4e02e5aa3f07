import type { Citation, Extensions, MediaPart, MediaSource, Part } from '../../ir/part.ts';
import { isList, isObject, numberAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { sourceOfUri, standardBase64 } from '../gemini/parts-read.ts';
import type { SaidText } from '../gemini/said-text.ts';

const by = 'gemini-interactions';

/** What stands in a step. https://ai.google.dev/api/interactions-api */
const contentTypes: ReadonlySet<string> = new Set(['text', 'image', 'audio', 'document', 'video']);

/** Whether something in an input is content, and no step. */
export const isContent = (json: JsonObject): boolean => contentTypes.has(textAt(json, 'type') ?? '');

const textKeys: ReadonlySet<string> = new Set(['type', 'text', 'annotations']);
const mediaKeys: ReadonlySet<string> = new Set(['type', 'data', 'uri', 'mime_type']);
const imageKeys: ReadonlySet<string> = new Set([...mediaKeys, 'resolution']);

function extensionsOf(json: JsonObject, known: ReadonlySet<string>): Extensions | undefined {
  const fields = restOf(json, known);
  return fields && { by, fields };
}

/** Content that may be a plain string, or one piece without its list. */
export function readContents(content: Json | undefined): readonly Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const list = isList(content) ? content : [content];
  return list.filter(isObject).map(readContent);
}

/** Reads one piece of content. What it has no name for stays whole as `foreign`. */
export function readContent(json: JsonObject): Part {
  if (textAt(json, 'type') === 'text') {
    const text = textAt(json, 'text') ?? '';
    const citations = objectsAt(json, 'annotations').map((annotation) => readAnnotation(annotation, undefined));
    const extensions = extensionsOf(json, textKeys);
    return { type: 'text', text, ...(citations.length > 0 && { citations }), extensions };
  }
  return readMedium(json) ?? { type: 'foreign', foreign: { by, value: json } };
}

/** A medium with its bytes or its address; undefined for anything else, a medium without either among them. */
export function readMedium(json: JsonObject): MediaPart | undefined {
  const source = readSource(json);
  if (!source) return undefined;
  const extensions = extensionsOf(json, mediaKeys);
  switch (textAt(json, 'type')) {
    case 'image': {
      const resolution = textAt(json, 'resolution');
      const plain = resolution === undefined || resolution === 'low' || resolution === 'high';
      return {
        type: 'image',
        source,
        detail: plain ? resolution : undefined,
        extensions: plain ? extensionsOf(json, imageKeys) : extensions,
      };
    }
    case 'audio':
      return { type: 'audio', source, extensions };
    case 'video':
      return { type: 'video', source, extensions };
    case 'document':
      return { type: 'document', source, extensions };
    default:
      return undefined;
  }
}

/** Where no media type is said. */
const usualTypes: Readonly<Record<string, string>> = {
  image: 'image/png',
  audio: 'audio/wav',
  video: 'video/mp4',
  document: 'application/pdf',
};

function readSource(json: JsonObject): MediaSource | undefined {
  const mediaType = textAt(json, 'mime_type')?.toLowerCase();
  const data = textAt(json, 'data');
  if (data !== undefined && data !== '') {
    const type = mediaType ?? usualTypes[textAt(json, 'type') ?? ''] ?? 'application/octet-stream';
    return { kind: 'base64', mediaType: type, data: standardBase64(data) };
  }
  const uri = textAt(json, 'uri');
  return uri === undefined || uri === '' ? undefined : sourceOfUri(uri, mediaType);
}

/** An annotation of a text. Its places are counted in bytes, and found in what was said. */
export function readAnnotation(json: JsonObject, said: SaidText | undefined): Citation {
  const start = numberAt(json, 'start_index');
  const end = numberAt(json, 'end_index');
  const place =
    said && end !== undefined ? { start: said.positionOf(start ?? 0), end: said.positionOf(end) } : undefined;
  const raw = { by, value: json } as const;
  switch (textAt(json, 'type')) {
    case 'url_citation':
    case 'place_citation':
      return {
        kind: 'url',
        url: textAt(json, 'url'),
        title: textAt(json, 'title') ?? textAt(json, 'name'),
        ...place,
        raw,
      };
    case 'file_citation': {
      const url = textAt(json, 'document_uri');
      const title = textAt(json, 'file_name');
      return { kind: url === undefined ? 'file' : 'url', url, title, quote: textAt(json, 'source'), ...place, raw };
    }
    default:
      return { kind: 'other', ...place, raw };
  }
}
