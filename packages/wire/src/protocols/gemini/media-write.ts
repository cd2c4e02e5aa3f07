import type { LossTracker } from '../../ir/loss.ts';
import type { MediaPart, MediaSource } from '../../ir/part.ts';
import { compact } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

const own = 'gemini';

const typeOfEnding: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['heic', 'image/heic'],
  ['gif', 'image/gif'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['mp3', 'audio/mp3'],
  ['wav', 'audio/wav'],
  ['mp4', 'video/mp4'],
  ['webm', 'video/webm'],
  ['mov', 'video/mov'],
]);

const alias: ReadonlyMap<string, string> = new Map([['image/jpg', 'image/jpeg']]);

/** As Google names it. */
export function mimeType(mediaType: string): string {
  return alias.get(mediaType) ?? mediaType;
}

/** The media type that an address ends in. */
export function typeOfUrl(url: string): string | undefined {
  const path = /^[^?#]*/.exec(url)?.[0] ?? '';
  const dot = path.lastIndexOf('.');
  return dot < 0 ? undefined : typeOfEnding.get(path.slice(dot + 1).toLowerCase());
}

const videoPage = /^https:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//;

/**
 * Whether a medium must be sent as bytes. Gemini itself fetches what is public behind https
 * (https://blog.google/innovation-and-ai/technology/developers-tools/gemini-api-new-file-limits), but `fileData` has to
 * name a media type (of all but YouTube's pages), which not every address tells.
 */
export function needsBytes({ source }: MediaPart): boolean {
  if (source.kind !== 'url' || videoPage.test(source.url)) return false;
  return !/^https:/i.test(source.url) || (source.mediaType ?? typeOfUrl(source.url)) === undefined;
}

/** A medium as `inlineData` or `fileData`; undefined for another provider's file, and then the loss is noted. */
export function writeMedia(source: MediaSource, path: string, lossTracker: LossTracker): JsonObject | undefined {
  switch (source.kind) {
    case 'base64':
      return { inlineData: { mimeType: mimeType(source.mediaType), data: source.data } };
    case 'url':
      return { fileData: compact({ mimeType: source.mediaType ?? typeOfUrl(source.url), fileUri: source.url }) };
    case 'file':
      if (source.by === own) return { fileData: compact({ mimeType: source.mediaType, fileUri: source.fileId }) };
      lossTracker.dropped(path, `only ${source.by} knows the file`);
      return undefined;
  }
}
