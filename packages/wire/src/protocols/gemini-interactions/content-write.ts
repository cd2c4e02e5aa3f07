import type { LossTracker } from '../../ir/loss.ts';
import type { Citation, MediaPart, MediaSource, Part, TextPart } from '../../ir/part.ts';
import { compact, isObject } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { utf8Length } from '../../text.ts';
import { mimeType, typeOfUrl } from '../gemini/media-write.ts';

const own = 'gemini-interactions';

/** A text of an answer with its citations. */
export function writeText(part: TextPart, path: string, lossTracker: LossTracker): JsonObject {
  const annotations = writeAnnotations(part.citations ?? [], part.text, path, lossTracker);
  return compact({ type: 'text', text: part.text, annotations: annotations.length > 0 ? annotations : undefined });
}

/** Citations of a text, their places in bytes. */
export function writeAnnotations(
  citations: readonly Citation[],
  text: string,
  path: string,
  lossTracker: LossTracker,
): readonly JsonObject[] {
  const written = citations
    .map((citation) => writeAnnotation(citation, text))
    .filter((annotation) => annotation !== undefined);
  if (written.length < citations.length)
    lossTracker.dropped(`${path}.citations`, 'some cite what Google has no word for');
  return written;
}

function writeAnnotation(citation: Citation, text: string): JsonObject | undefined {
  const { raw, url, title, kind } = citation;
  if (raw?.by === own && isObject(raw.value)) return raw.value;
  // A citation without a place belongs to the whole text that carries it.
  const place = {
    start_index: utf8Length(text.slice(0, citation.start ?? 0)),
    end_index: utf8Length(text.slice(0, citation.end ?? text.length)),
  };
  if (url !== undefined) return compact({ type: 'url_citation', url, title, ...place });
  if (kind !== 'document' && kind !== 'file') return undefined;
  return compact({ type: 'file_citation', file_name: title ?? citation.fileId, source: citation.quote, ...place });
}

/** A medium; undefined for another provider's file, and then the loss is noted. */
export function writeMedium(part: MediaPart, path: string, lossTracker: LossTracker): JsonObject | undefined {
  const { source, type } = part;
  if (source.kind === 'text' || source.kind === 'parts') return undefined;
  const where = writeSource(source, path, lossTracker);
  if (!where) return undefined;
  const extra = part.extensions?.by === own ? part.extensions.fields : undefined;
  return compact({ type, ...where, resolution: resolutionOf(part, path, lossTracker), ...extra });
}

function resolutionOf(part: MediaPart, path: string, lossTracker: LossTracker): string | undefined {
  if (part.type !== 'image' || part.detail === undefined || part.detail === 'auto') return undefined;
  if (part.detail === 'low' || part.detail === 'high') return part.detail;
  lossTracker.approximated(`${path}.detail`, 'became the highest resolution');
  return 'ultra_high';
}

function writeSource(source: MediaSource, path: string, lossTracker: LossTracker): JsonObject | undefined {
  switch (source.kind) {
    case 'base64':
      return { mime_type: mimeType(source.mediaType), data: source.data };
    case 'url':
      return compact({ mime_type: source.mediaType ?? typeOfUrl(source.url), uri: source.url });
    case 'file':
      // Files are named alike in both of Google's protocols.
      if (source.by === own || source.by === 'gemini')
        return compact({ mime_type: source.mediaType, uri: source.fileId });
      lossTracker.dropped(path, `only ${source.by} knows the file`);
      return undefined;
  }
}

/** What of a part is content of a step, whoever says it; undefined for what is a step of its own. */
export function asContent(part: Part, path: string, lossTracker: LossTracker): readonly JsonObject[] | undefined {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [writeText(part, path, lossTracker)];
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'image':
    case 'audio':
    case 'video':
      return some(writeMedium(part, path, lossTracker));
    case 'document':
      return writeDocument(part, path, lossTracker);
    default:
      return undefined;
  }
}

const some = (json: JsonObject | undefined): readonly JsonObject[] => (json ? [json] : []);

function writeDocument(
  part: Extract<Part, { type: 'document' }>,
  path: string,
  lossTracker: LossTracker,
): readonly JsonObject[] {
  const { source } = part;
  if (part.citations === true)
    lossTracker.dropped(`${path}.citations`, 'Gemini does not cite documents of the request');
  const heading = [part.title ?? part.filename, part.context].filter((text) => text !== undefined).join('\n');
  const named = heading === '' ? [] : [{ type: 'text', text: heading }];
  switch (source.kind) {
    case 'text':
      return [...named, { type: 'text', text: source.text }];
    case 'parts':
      return [
        ...named,
        ...source.parts.flatMap((piece, i) => asContent(piece, `${path}.source.parts[${i}]`, lossTracker) ?? []),
      ];
    default:
      return [...named, ...some(writeMedium(part, path, lossTracker))];
  }
}
