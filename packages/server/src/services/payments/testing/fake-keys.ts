import { createSign, createVerify, generateKeyPairSync } from 'node:crypto';

/** A pair of RSA keys, as operators paste them. Made once: making them takes longer than the tests. */
function pair() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    privateKey,
    publicKey,
    sign: (text: string): string => createSign('sha256').update(text).sign(privateKey, 'base64'),
    verifies: (text: string, signature: string): boolean =>
      createVerify('sha256').update(text).verify(publicKey, signature, 'base64'),
  };
}

/** Ours, and those of whoever is on the other side. */
export const merchantKeys = pair();
export const platformKeys = pair();

/** Parameters as they are signed: those that are filled, sorted, but some. */
export const sortedParams = (params: Readonly<Record<string, string>>, but: readonly string[]): string =>
  Object.keys(params)
    .filter((name) => !but.includes(name) && params[name] !== '')
    .sort()
    .map((name) => `${name}=${params[name]}`)
    .join('&');
