import { createPrivateKey, createPublicKey, createSign, createVerify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** Keys as operators paste them: PEM, with or without its line breaks, or the base64 within it. */

type Kind = 'PRIVATE KEY' | 'RSA PRIVATE KEY' | 'PUBLIC KEY' | 'CERTIFICATE';

function pemOf(text: string, bare: Kind): string {
  const header = /-----BEGIN ([A-Z ]+)-----/.exec(text);
  const kind = header?.[1] ?? bare;
  const inner = text.replace(/-----(BEGIN|END) [A-Z ]+-----/g, '').replace(/\s/g, '');
  return `-----BEGIN ${kind}-----\n${inner.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END ${kind}-----\n`;
}

function firstThatReads(text: string, kinds: readonly Kind[], read: (pem: string) => KeyObject): KeyObject {
  let failure: unknown;
  for (const kind of kinds) {
    try {
      return read(pemOf(text, kind));
    } catch (error) {
      failure = error;
    }
  }
  throw new Error('it is no RSA key', { cause: failure });
}

const privateKeyOf = (text: string): KeyObject =>
  firstThatReads(text, ['PRIVATE KEY', 'RSA PRIVATE KEY'], createPrivateKey);
/** A certificate stands for its key. */
const publicKeyOf = (text: string): KeyObject => firstThatReads(text, ['PUBLIC KEY', 'CERTIFICATE'], createPublicKey);

const reads = (read: (text: string) => KeyObject) => (text: string) => {
  try {
    return read(text).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
};

/** A secret or setting that is an RSA key, checked when it is set. */
export const rsaPrivateKey = z.string().min(1).max(6000).refine(reads(privateKeyOf), 'is no RSA private key');
export const rsaPublicKey = z.string().min(1).max(6000).refine(reads(publicKeyOf), 'is no RSA public key');

/** Signature of a text in base64: RSASSA-PKCS1-v1_5 with SHA-256. */
export const rsaSign = (text: string, key: string): string =>
  createSign('RSA-SHA256').update(text, 'utf8').sign(privateKeyOf(key), 'base64');

export const rsaVerify = (text: string, signature: string, key: string): boolean =>
  createVerify('RSA-SHA256').update(text, 'utf8').verify(publicKeyOf(key), signature, 'base64');
