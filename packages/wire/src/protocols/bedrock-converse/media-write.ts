import type { LossTracker } from '../../ir/loss.ts';
import { encodeBase64 } from '../../ir/media.ts';
import type { AudioPart, DocumentPart, ImagePart, MediaPart, MediaSource, VideoPart } from '../../ir/part.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import type { ConverseTraits } from './models.ts';

/** What media are written with. */
export type MediaScene = {
  readonly lossTracker: LossTracker;
  readonly traits: ConverseTraits;
  /** Names of the documents written so far, no two of which may be the same; and how often each was wanted. */
  readonly documentNames: Map<string, number>;
};

const imageFormats: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/jpg', 'jpeg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
]);

const videoFormats: ReadonlyMap<string, string> = new Map([
  ['video/mp4', 'mp4'],
  ['video/quicktime', 'mov'],
  ['video/mov', 'mov'],
  ['video/x-matroska', 'mkv'],
  ['video/webm', 'webm'],
  ['video/x-flv', 'flv'],
  ['video/mpeg', 'mpeg'],
  ['video/mpg', 'mpg'],
  ['video/x-ms-wmv', 'wmv'],
  ['video/wmv', 'wmv'],
  ['video/3gpp', 'three_gp'],
]);

const audioFormats: ReadonlyMap<string, string> = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/flac', 'flac'],
  ['audio/ogg', 'ogg'],
  ['audio/opus', 'opus'],
  ['audio/aac', 'aac'],
  ['audio/mp4', 'm4a'],
  ['audio/m4a', 'm4a'],
  ['audio/webm', 'webm'],
  ['audio/pcm', 'pcm'],
]);

const documentFormats: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'pdf'],
  ['text/csv', 'csv'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['text/html', 'html'],
  ['text/markdown', 'md'],
]);

const textual = /^text\/|^application\/(?:json|xml|yaml|x-yaml|javascript)$|\+(?:json|xml)$/;

/** Types that are told by how an address or a file's name ends. */
const endings: ReadonlyMap<string, string> = new Map([
  ['jpg', 'jpeg'],
  ['htm', 'html'],
  ['3gp', 'three_gp'],
]);

const lastEnding = /\.([a-z0-9]{2,4})$/i;

function endingOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  // Of a URL before its query; the name of a file may have these characters in it.
  const found = lastEnding.exec(name.split(/[?#]/, 1)[0] ?? '') ?? lastEnding.exec(name);
  const ending = found?.[1]?.toLowerCase();
  return ending === undefined ? undefined : (endings.get(ending) ?? ending);
}

/** Whether a medium given by URL can only be sent as bytes: all but what lies in S3. */
export function needsBytes(part: MediaPart): boolean {
  return part.source.kind === 'url' && !part.source.url.startsWith('s3://');
}

/** Bytes, or a place in S3; undefined for anything else, and then the loss is noted. */
function writeSource(source: MediaSource, path: string, lossTracker: LossTracker): JsonObject | undefined {
  switch (source.kind) {
    case 'base64':
      return { bytes: plainBase64(source.data) };
    case 'url':
      if (source.url.startsWith('s3://')) return { s3Location: { uri: source.url } };
      lossTracker.dropped(path, 'Bedrock takes media as bytes or from S3, not by URL');
      return undefined;
    case 'file':
      lossTracker.dropped(path, `only ${source.by} knows the file`);
      return undefined;
  }
}

/** AWS reads the standard alphabet only, without white space. */
function plainBase64(data: string): string {
  if (!/[-_\s]/.test(data)) return data;
  return data.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/');
}

/** `{format, source}` of a medium whose format is one of a list. */
function writeFormatted(
  source: MediaSource,
  formats: ReadonlyMap<string, string>,
  path: string,
  lossTracker: LossTracker,
): JsonObject | undefined {
  const mediaType = source.mediaType?.toLowerCase().split(';', 1)[0]?.trim();
  const ending = source.kind === 'url' ? endingOf(source.url) : undefined;
  const known = mediaType === undefined ? undefined : formats.get(mediaType);
  const format = known ?? [...formats.values()].find((candidate) => candidate === ending);
  const written = writeSource(source, path, lossTracker);
  if (!written) return undefined;
  if (format !== undefined) return { format, source: written };
  lossTracker.dropped(path, `Bedrock does not read ${mediaType ?? 'a medium of unknown type'}`);
  return undefined;
}

/** `{image}`; a PDF in an image's clothes, as some Chat clients send it, becomes a document. */
export function writeImage(part: ImagePart, path: string, scene: MediaScene): JsonObject | undefined {
  const { lossTracker } = scene;
  const { source } = part;
  if (source.kind === 'base64' && source.mediaType === 'application/pdf')
    return writeDocument({ type: 'document', source }, path, scene);
  if (part.detail !== undefined && part.detail !== 'auto')
    lossTracker.dropped(`${path}.detail`, 'Bedrock has no detail');
  const image = writeFormatted(source, imageFormats, path, lossTracker);
  return image && { image };
}

/** `{video}`. No Claude reads any. */
export function writeVideo(part: VideoPart, path: string, scene: MediaScene): JsonObject | undefined {
  if (scene.traits.family === 'claude') {
    scene.lossTracker.dropped(path, 'Claude takes no video');
    return undefined;
  }
  const video = writeFormatted(part.source, videoFormats, path, scene.lossTracker);
  return video && { video };
}

/** `{audio}`, or its transcript for a Claude, which hears nothing. */
export function writeAudio(part: AudioPart, path: string, scene: MediaScene): JsonObject | undefined {
  const { lossTracker, traits } = scene;
  if (traits.family !== 'claude') {
    const audio = writeFormatted(part.source, audioFormats, path, lossTracker);
    return audio && { audio };
  }
  if (part.transcript === undefined || part.transcript.trim() === '') {
    lossTracker.dropped(path, 'Claude takes no audio');
    return undefined;
  }
  lossTracker.approximated(path, 'audio became its transcript');
  return { text: part.transcript };
}

/** `{document}`, which must have a name. */
export function writeDocument(part: DocumentPart, path: string, scene: MediaScene): JsonObject | undefined {
  const { lossTracker } = scene;
  const { source } = part;
  if (source.kind === 'base64' && imageFormats.has(source.mediaType))
    return writeImage({ type: 'image', source }, path, scene);
  const written = writeDocumentSource(part, path, scene);
  if (!written) return undefined;
  const cites = part.citations === true && scene.traits.family === 'claude';
  if (part.citations === true && !cites) lossTracker.dropped(`${path}.citations`, 'the model does not cite');
  return {
    document: compact({
      format: written.format,
      name: documentName(part, path, scene),
      source: written.source,
      context: part.context,
      citations: cites ? { enabled: true } : undefined,
    }),
  };
}

type Written = { readonly format: string; readonly source: JsonObject };

function writeDocumentSource(part: DocumentPart, path: string, scene: MediaScene): Written | undefined {
  const { lossTracker, traits } = scene;
  const { source } = part;
  // Every model that reads documents reads them as bytes; `text` and `content` came with Claude's citations.
  const asText = (text: string): Written => ({ format: 'txt', source: { bytes: encodeBase64(encodeText(text)) } });
  if (source.kind === 'text') return asText(source.text);
  if (source.kind === 'parts') {
    const texts: string[] = [];
    for (const [i, inner] of source.parts.entries()) {
      if (inner.type === 'text') texts.push(inner.text);
      else lossTracker.dropped(`${path}.source.parts[${i}]`, 'a document of Bedrock holds text only');
    }
    if (traits.family !== 'claude') return asText(texts.join('\n'));
    return { format: 'txt', source: { content: texts.filter((text) => text !== '').map((text) => ({ text })) } };
  }
  const mediaType = source.mediaType?.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  const ending = endingOf(part.filename) ?? (source.kind === 'url' ? endingOf(source.url) : undefined);
  const format =
    documentFormats.get(mediaType) ??
    [...documentFormats.values(), 'txt'].find((candidate) => candidate === ending) ??
    (textual.test(mediaType) ? 'txt' : undefined);
  const written = writeSource(source, path, lossTracker);
  if (!written) return undefined;
  if (format !== undefined) return { format, source: written };
  lossTracker.dropped(path, `Bedrock does not read ${mediaType === '' ? 'a document of unknown type' : mediaType}`);
  return undefined;
}

/**
 * A name in the letters that Bedrock takes: letters, digits, single spaces, hyphens, parentheses, square brackets. Two of
 * the same name are refused, so later ones are numbered.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
function documentName(part: DocumentPart, path: string, scene: MediaScene): string {
  // The format tells how the file's name ended.
  const told = part.title ?? part.filename?.replace(/\.[a-z0-9]{2,4}$/i, '');
  const plain = (told ?? '')
    .replaceAll(/[^A-Za-z0-9 ()[\]-]+/g, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, 190);
  const base = plain === '' ? 'Document' : plain;
  const name = nameOfItsOwn(base, scene.documentNames);
  if (told !== undefined && name !== told)
    scene.lossTracker.approximated(`${path}.${part.title === undefined ? 'filename' : 'title'}`, `became "${name}"`);
  if (part.title !== undefined && part.filename !== undefined && part.title !== part.filename)
    scene.lossTracker.dropped(`${path}.filename`, 'a document has one name');
  return name;
}

/** The name, or the name with the next number behind it that no other document has. */
function nameOfItsOwn(base: string, names: Map<string, number>): string {
  let wanted = names.get(base) ?? 0;
  let name = base;
  // From where the last one of this name was found: from 2, each would go past all before it.
  while (wanted > 0 && names.has(name)) name = `${base} (${++wanted})`;
  names.set(base, Math.max(wanted, 1));
  if (name !== base) names.set(name, 1);
  return name;
}
