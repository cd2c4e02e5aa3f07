import { createHmac } from 'node:crypto';
import { sameSecret } from './accounts/secret-text.ts';

/** A call that is older, or comes from further in the future, may be one that somebody repeats. */
const toleranceMs = 300_000;

/** What is signed beside the body. `timestamp` is in seconds since the epoch, as it stands in the header. */
type Signed = { readonly id: string; readonly timestamp: string };

/** The signature of a call. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const webhookSignature = (
  key: string | Uint8Array,
  { id, timestamp }: Signed,
  body: string | Uint8Array,
): string => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;

/** Whether a call of somebody else's was signed with the secret that they gave (`whsec_…`), a moment ago. `now` is ms since the epoch. */
export function isSignedWebhook(secret: string, headers: Headers, body: Uint8Array, now: number): boolean {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (id === '' || key.byteLength === 0 || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1000) > toleranceMs) return false;
  const expected = webhookSignature(key, { id, timestamp }, body);
  // Several while a secret is being replaced.
  const given = (headers.get('webhook-signature') ?? '').split(' ', 10);
  return given.some((one) => sameSecret(one, expected));
}
