import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * AES-256-GCM with a random 96-bit nonce; the text form is `v1.<key id>.<nonce>.<ciphertext and tag>`, base64url.
 * The key's id and the context (what the text belongs to) are authenticated: a sealed text that is copied to another
 * record, or said to be under another key, does not open.
 */
const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** A sealed text that does not open, or a master secret that does not fit. Its message never holds a secret. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';
}

export function sealText(key: Uint8Array, keyId: string, context: string, plain: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(additional(keyId, context));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [version, keyId, nonce.toString('base64url'), body.toString('base64url')].join('.');
}

/** Throws a {@link SecretBoxError} for anything but the text sealed under this key in this context. */
export function openText(key: Uint8Array, context: string, sealed: string): string {
  const [found, keyId, nonceText, bodyText, ...rest] = sealed.split('.');
  if (
    found !== version ||
    keyId === undefined ||
    nonceText === undefined ||
    bodyText === undefined ||
    rest.length > 0
  ) {
    throw new SecretBoxError('not a sealed text');
  }
  const nonce = Buffer.from(nonceText, 'base64url');
  const body = Buffer.from(bodyText, 'base64url');
  if (nonce.length !== nonceBytes || body.length < tagBytes) throw new SecretBoxError('not a sealed text');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(additional(keyId, context));
  decipher.setAuthTag(body.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    throw new SecretBoxError('a sealed text does not open: it was altered, moved, or sealed with another key');
  }
}

/** Id of the key a text is sealed with. */
export function keyIdOf(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}

/** A 256-bit key for one purpose out of the master secret (HKDF-SHA-256, RFC 5869). */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'tollgate', `tollgate/v1/${purpose}`, 32));
}

// Length first, so that no two pairs of id and context give the same bytes.
function additional(keyId: string, context: string): Buffer {
  return Buffer.from(`${version}|${keyId.length}|${keyId}|${context}`, 'utf8');
}
