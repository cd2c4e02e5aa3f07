const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, Math.min(to, bytes.length) - from)).toString('latin1');

/** Types that say nothing: what servers send when they do not know, or want a browser to save the file. */
const vague = new Set([
  'application/octet-stream',
  'application/download',
  'application/force-download',
  'application/unknown',
  'application/x-download',
  'application/x-octet-stream',
  'binary/octet-stream',
  'unknown/unknown',
  // What Apache long said of every file it had no type for.
  'text/plain',
]);

/**
 * The media type of what a server sent: what its `content-type` says (without parameters, in lower case), or, when that
 * is absent, malformed or vague, what the first bytes say. Undefined when neither says anything.
 */
export function mediaTypeOf(contentType: string | undefined, bytes: Uint8Array): string | undefined {
  const said = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(said) && !vague.has(said)) return said;
  return sniff(bytes) ?? (said === 'text/plain' ? said : undefined);
}

/** Signatures as latin1 text at the beginning. https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern and below */
const signatures: readonly (readonly [start: string, type: string])[] = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['%PDF-', 'application/pdf'],
  ['ID3', 'audio/mpeg'],
  ['fLaC', 'audio/flac'],
  ['OggS', 'audio/ogg'],
  ['\x1a\x45\xdf\xa3', 'video/webm'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
];

/** Of the ISO base media file format (ISO/IEC 14496-12), by the major brand. */
const brands: ReadonlyMap<string, string> = new Map([
  ['heic', 'image/heic'],
  ['heix', 'image/heic'],
  ['heim', 'image/heic'],
  ['heis', 'image/heic'],
  ['mif1', 'image/heif'],
  ['msf1', 'image/heif'],
  ['avif', 'image/avif'],
  ['M4A ', 'audio/mp4'],
  ['qt  ', 'video/quicktime'],
]);

function sniff(bytes: Uint8Array): string | undefined {
  const start = textOf(bytes, 0, 16);
  for (const [signature, type] of signatures) if (start.startsWith(signature)) return type;
  if (start.startsWith('RIFF')) {
    const form = start.slice(8, 12);
    return form === 'WEBP' ? 'image/webp' : form === 'WAVE' ? 'audio/wav' : undefined;
  }
  if (start.slice(4, 8) === 'ftyp') return brands.get(start.slice(8, 12)) ?? 'video/mp4';
  if (isMp3Frame(bytes)) return 'audio/mpeg';
  return isText(bytes) ? 'text/plain' : undefined;
}

/** An MPEG audio frame of layer III: eleven bits of ones, then no reserved version, bit rate or sampling rate. */
function isMp3Frame(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes;
  return (
    first === 0xff &&
    (second & 0xe0) === 0xe0 &&
    (second & 0x18) !== 0x08 &&
    (second & 0x06) === 0x02 &&
    (third & 0xf0) !== 0xf0 &&
    (third & 0x0c) !== 0x0c
  );
}

/** UTF-8 without the control characters that no text has, as far as the first kilobytes tell. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, 4096), { stream: true });
    return !/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
  } catch {
    return false;
  }
}
