import type { MediaKind } from '../../../domain/media-task.ts';

/** What is shown as it is; anything else might be a page that speaks in the gateway's name. */
const shown = /^(?:image\/(?:png|jpe?g|webp|gif|avif)|video\/(?:mp4|webm|quicktime)|audio\/[a-z0-9.+-]{1,40})$/;

export const unknownType = 'application/octet-stream';

/** The type under which a file is handed out: that which its server says, where it is one that is shown. */
export function shownType(contentType: string): string {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return shown.test(type) ? type : unknownType;
}

const ofKinds: Readonly<Record<MediaKind, string>> = {
  video: 'video/mp4',
  music: 'audio/mpeg',
  drawing: 'image/png',
};

const byExtension: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
};

const extensions: ReadonlyMap<string, string> = new Map(
  Object.entries(byExtension)
    .toReversed()
    .map(([extension, type]) => [type, extension]),
);

/** The type of a file of a task: as its server says, or by its address, or, of the first one, by what was made. */
export function typeOf(contentType: string, address: string | undefined, kind: MediaKind, index: number): string {
  const said = shownType(contentType);
  if (said !== unknownType) return said;
  const path = address !== undefined && URL.canParse(address) ? new URL(address).pathname : '';
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return byExtension[extension] ?? (index === 0 ? ofKinds[kind] : unknownType);
}

/** What the name of a file of a type ends in. */
export const extensionOf = (type: string): string => extensions.get(type) ?? 'bin';
