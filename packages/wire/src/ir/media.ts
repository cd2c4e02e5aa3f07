import { decodeText } from '../text.ts';
import type { MediaSource } from './part.ts';

/** A URL as a source: `data:` URLs in base64 are taken apart, any other is kept as it is. */
export function sourceOfUrl(url: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const comma = url.indexOf(',');
  const head = comma < 0 ? '' : url.slice('data:'.length, comma);
  if (!head.endsWith(';base64')) return { kind: 'url', url };
  const mediaType = head.slice(0, head.indexOf(';')).toLowerCase();
  return { kind: 'base64', mediaType: mediaType === '' ? 'text/plain' : mediaType, data: url.slice(comma + 1) };
}

/** A source as a URL; undefined for a file id. */
export function urlOfSource(source: MediaSource): string | undefined {
  if (source.kind === 'url') return source.url;
  return source.kind === 'base64' ? `data:${source.mediaType};base64,${source.data}` : undefined;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Map<string, number>();
for (const letter of letters) values.set(letter, values.size);
values.set('-', 62).set('_', 63);

/** The bytes that some base64 (of either alphabet) holds; anything that is not base64 is skipped. */
export function decodeBase64(base64: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((base64.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (const letter of base64) {
    const value = values.get(letter);
    if (value === undefined) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (held >> bits) & 0xff;
  }
  return bytes.subarray(0, length);
}

/** The text whose UTF-8 some base64 (of either alphabet) holds. */
export function decodeBase64Text(base64: string): string {
  return decodeText(decodeBase64(base64));
}

/** Base64 of bytes, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const triple = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += letters.charAt(triple >> 18) + letters.charAt((triple >> 12) & 63);
    text += i + 1 < bytes.length ? letters.charAt((triple >> 6) & 63) : '=';
    text += i + 2 < bytes.length ? letters.charAt(triple & 63) : '=';
  }
  return text;
}
