import { fieldOf, type VolcAuth } from '../auth.ts';
import type { UnsignedCall } from './sigv4.ts';

const encoder = new TextEncoder();

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const sha256 = async (bytes: Uint8Array): Promise<string> =>
  hex(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));

async function hmac(key: Uint8Array | ArrayBuffer, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', new Uint8Array(key), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  return await crypto.subtle.sign('HMAC', imported, encoder.encode(text));
}

/** As RFC 3986 has it; `encodeURIComponent` leaves some more as they are. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.codePointAt(0)?.toString(16).toUpperCase()}`);

/**
 * The headers that sign a call as Volcengine has it, to be put over its others. It is much like Amazon's version 4, with other
 * names and another first key: https://www.volcengine.com/docs/6369/67269
 */
export async function signVolc(
  call: UnsignedCall,
  auth: VolcAuth,
  credential: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, string>>> {
  const url = new URL(call.url);
  const date = new Date(call.at).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  const day = date.slice(0, 8);
  const region = String(settings[auth.region]);
  const content = await sha256(call.body);
  const query = [...url.searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const signedHeaders = 'host;x-content-sha256;x-date';
  const headers = `host:${url.host}\nx-content-sha256:${content}\nx-date:${date}\n`;
  const request = [call.method, url.pathname || '/', query, headers, signedHeaders, content].join('\n');
  const scope = `${day}/${region}/${auth.service}/request`;
  const text = ['HMAC-SHA256', date, scope, await sha256(encoder.encode(request))].join('\n');
  let key: Uint8Array | ArrayBuffer = encoder.encode(fieldOf(credential, auth.secretAccessKey) ?? '');
  for (const part of [day, region, auth.service, 'request']) key = await hmac(key, part);
  const signature = hex(await hmac(key, text));
  const id = fieldOf(credential, auth.accessKeyId) ?? '';
  return {
    'x-date': date,
    'x-content-sha256': content,
    authorization: `HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}
