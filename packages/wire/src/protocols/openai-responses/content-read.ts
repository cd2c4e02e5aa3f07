import { sourceOfUrl } from '../../ir/media.ts';
import type {
  CacheHint,
  Citation,
  DocumentPart,
  Extensions,
  MediaSource,
  Part,
  TextPart,
  TokenLogprob,
} from '../../ir/part.ts';
import { at, isList, isObject, listAt, numberAt, objectAt, objectsAt, restOf, textAt } from '../../json/fields.ts';
import type { Json, JsonObject } from '../../protocol.ts';

const by = 'openai-responses';

/** Members that only Responses has, if there are any. */
export function extensionsOf(json: JsonObject, known: ReadonlySet<string>): Extensions | undefined {
  const fields = restOf(json, known);
  return fields && { by, fields };
}

const known = (...keys: readonly string[]): ReadonlySet<string> =>
  new Set(['type', 'prompt_cache_breakpoint', ...keys]);

const keys = {
  text: known('text', 'annotations', 'logprobs'),
  refusal: known('refusal'),
  image: known('image_url', 'file_id', 'detail'),
  file: known('file_data', 'file_url', 'file_id', 'filename'),
  audio: known('input_audio'),
} as const;

const secondsOfTtl: Readonly<Record<string, number>> = { '30m': 1800, '12h': 43_200 };

function readCache(json: JsonObject): CacheHint | undefined {
  const breakpoint = objectAt(json, 'prompt_cache_breakpoint');
  if (!breakpoint) return undefined;
  const ttl = textAt(breakpoint, 'ttl');
  return { ttlSeconds: ttl !== undefined && Object.hasOwn(secondsOfTtl, ttl) ? secondsOfTtl[ttl] : undefined };
}

/** Content that may be a plain string. Items that are no objects are left out. */
export function readContent(content: Json | undefined): readonly Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return isList(content) ? content.filter(isObject).map(readContentPart) : [];
}

/** Reads one part of a message or of a tool's output. What it has no name for stays whole as `foreign`. */
export function readContentPart(json: JsonObject): Part {
  const cache = readCache(json);
  switch (textAt(json, 'type')) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { ...readText(json), cache, extensions: extensionsOf(json, keys.text) };
    case 'refusal':
      return { type: 'refusal', text: textAt(json, 'refusal') ?? '', extensions: extensionsOf(json, keys.refusal) };
    case 'input_image': {
      const url = textAt(json, 'image_url');
      const fileId = textAt(json, 'file_id');
      const source = url === undefined ? fileSource(fileId) : sourceOfUrl(url);
      if (!source) break;
      const extensions = extensionsOf(json, keys.image);
      return { type: 'image', source, detail: textAt(json, 'detail'), cache, extensions };
    }
    case 'input_file':
      return readFile(json, cache) ?? foreign(json, cache);
    case 'input_audio': {
      const audio = objectAt(json, 'input_audio');
      const data = audio && textAt(audio, 'data');
      if (!audio || data === undefined) break;
      const format = textAt(audio, 'format') ?? 'wav';
      const mediaType = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
      const extensions = extensionsOf(json, keys.audio);
      return { type: 'audio', source: { kind: 'base64', mediaType, data }, cache, extensions };
    }
    default:
  }
  return foreign(json, cache);
}

function foreign(json: JsonObject, cache: CacheHint | undefined): Part {
  return { type: 'foreign', foreign: { by, value: json }, cache };
}

function fileSource(fileId: string | undefined): MediaSource | undefined {
  return fileId === undefined ? undefined : { kind: 'file', fileId, by };
}

/** Text with its annotations and log probabilities. */
export function readText(json: JsonObject): TextPart {
  const citations = objectsAt(json, 'annotations').map(readAnnotation);
  return {
    type: 'text',
    text: textAt(json, 'text') ?? '',
    citations: citations.length > 0 ? citations : undefined,
    logprobs: readLogprobs(json),
  };
}

function readFile(json: JsonObject, cache: CacheHint | undefined): DocumentPart | undefined {
  const filename = textAt(json, 'filename');
  const data = textAt(json, 'file_data');
  const url = textAt(json, 'file_url');
  let source: MediaSource | undefined;
  if (data !== undefined) source = data.startsWith('data:') ? sourceOfUrl(data) : bareData(data, filename);
  else if (url !== undefined) source = sourceOfUrl(url);
  else source = fileSource(textAt(json, 'file_id'));
  return source && { type: 'document', source, filename, cache, extensions: extensionsOf(json, keys.file) };
}

const mediaTypeOfEnding: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  xml: 'application/xml',
};

/** Base64 without a head; what it is the file's name tells, and else it is a PDF, the only kind OpenAI took at first. */
function bareData(data: string, filename: string | undefined): MediaSource {
  const ending = filename?.slice(filename.lastIndexOf('.') + 1).toLowerCase() ?? '';
  const mediaType = Object.hasOwn(mediaTypeOfEnding, ending) ? mediaTypeOfEnding[ending] : undefined;
  return { kind: 'base64', mediaType: mediaType ?? 'application/pdf', data };
}

/** Reads an annotation of an output text. */
export function readAnnotation(json: JsonObject): Citation {
  const type = textAt(json, 'type');
  const raw = { by, value: json } as const;
  const start = numberAt(json, 'start_index');
  const end = numberAt(json, 'end_index');
  if (type === 'url_citation')
    return { kind: 'url', url: textAt(json, 'url'), title: textAt(json, 'title'), start, end, raw };
  const fileId = textAt(json, 'file_id');
  if (fileId !== undefined) return { kind: 'file', fileId, title: textAt(json, 'filename'), start, end, raw };
  return { kind: 'other', raw };
}

/** Reads `logprobs`; none and an empty list are the same. */
export function readLogprobs(json: JsonObject): readonly TokenLogprob[] | undefined {
  const list = objectsAt(json, 'logprobs').map((entry) => {
    const top = objectsAt(entry, 'top_logprobs').map(readLogprob);
    return { ...readLogprob(entry), top: top.length > 0 ? top : undefined };
  });
  return list.length > 0 ? list : undefined;
}

function readLogprob(json: JsonObject): Omit<TokenLogprob, 'top'> {
  const bytes = isList(at(json, 'bytes'))
    ? listAt(json, 'bytes').filter((byte) => typeof byte === 'number')
    : undefined;
  return { token: textAt(json, 'token') ?? '', logprob: numberAt(json, 'logprob') ?? 0, bytes };
}
