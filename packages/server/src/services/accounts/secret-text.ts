import { timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** API keys of the relay, access tokens of the admin API, secrets of top-up keys, tokens of directories, and client secrets, which open sessions for a while. */
export type SecretKind = 'sk-' | 'tgp_' | 'tgt_' | 'tgd_' | 'ek_';

/** Fills the array with random bytes; `crypto.getRandomValues` in production. */
export type RandomBytes = (bytes: Uint8Array) => void;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 40 base62 characters are 238 bits. */
const entropyLength = 40;
const checksumLength = 6;
const bodyLength = entropyLength + checksumLength;
const body = /^[0-9A-Za-z]{46}$/;

/**
 * A new secret: kind, 40 random base62 characters, and 6 of CRC-32 over all that precedes, the way GitHub's tokens
 * have it, so that a typo is refused without a look into any table and scanners of public code find real ones only.
 */
export function newSecretText(kind: SecretKind, random: RandomBytes): string {
  let text: string = kind;
  const bytes = new Uint8Array(64);
  while (text.length < kind.length + entropyLength) {
    random(bytes);
    for (const byte of bytes) {
      // 248 is the largest multiple of 62 in a byte: what lies above would favour the first letters.
      if (byte < 248 && text.length < kind.length + entropyLength) text += alphabet[byte % 62];
    }
  }
  return text + checksumOf(text);
}

/** Whether the text has the kind's shape and its checksum holds. Says nothing about whether it was ever issued. */
export function isSecretText(kind: SecretKind, text: string): boolean {
  if (text.length !== kind.length + bodyLength || !text.startsWith(kind)) return false;
  if (!body.test(text.slice(kind.length))) return false;
  const split = text.length - checksumLength;
  return checksumOf(text.slice(0, split)) === text.slice(split);
}

function checksumOf(text: string): string {
  let rest = crc32(text);
  let out = '';
  for (let i = 0; i < checksumLength; i += 1) {
    out = `${alphabet[rest % 62]}${out}`;
    rest = Math.floor(rest / 62);
  }
  return out;
}

/**
 * SHA-256 in hex: the only form in which a secret is kept or looked up. Its 238 bits need no slow hash, and a lookup by
 * the hash of what was presented leaks nothing of what is stored by its timing.
 */
export function hashSecret(text: string): string {
  return Bun.SHA256.hash(text, 'hex');
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function sameSecret(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** What may be shown of a secret for ever after: enough to recognise it, not to use it. */
export function secretHint(text: string): { readonly prefix: string; readonly lastFour: string } {
  const kindLength = text.startsWith('tgp_') ? 4 : 3;
  return { prefix: text.slice(0, kindLength + 4), lastFour: text.slice(-4) };
}
