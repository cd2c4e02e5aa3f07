import { z } from 'zod';
import type { Auth } from '../auth.ts';

/** Text that may stand in a header: no spaces, no control characters, so that a stray line break cannot add another. */
export const headerText = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

/** One secret, the usual case. */
export const apiKeyCredential = z.strictObject({
  apiKey: headerText.meta({ label: 'API key', secret: true, placeholder: 'sk-…' }),
});

/** One secret that servers of one's own often do without. */
export const optionalApiKeyCredential = z.strictObject({
  apiKey: z
    .union([headerText, z.literal('')])
    .optional()
    .meta({ label: 'API key', secret: true, help: 'Leave empty when the server asks for none.' }),
});

/** A secret that is needed only where another one is not given. */
export const optionalSecret = (label: string, help?: string) =>
  z
    .union([headerText, z.literal('')])
    .optional()
    .meta({ label, secret: true, ...(help === undefined ? {} : { help }) });

/**
 * One secret, and that by which its vendor signs its calls, where the operator has made one: they are believed without it only
 * where the address that was called is secret itself. https://www.standardwebhooks.com
 */
export const apiKeyWithWebhooks = (help: string) =>
  apiKeyCredential.extend({ webhookSecret: optionalSecret('Signing secret of webhooks', help) });

/** A JSON object as a secret, such as the key file of a service account; `members` are those without which it is none. */
export const jsonSecret = (label: string, members: readonly string[], help: string) =>
  z
    .string()
    .trim()
    .refine((text) => hasMembers(text, members), `must be a JSON object with ${members.join(', ')}`)
    .meta({ label, secret: true, placeholder: '{ … }', help });

function hasMembers(text: string, members: readonly string[]): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return false;
    const texts = value as Readonly<Record<string, unknown>>;
    return members.every((member) => typeof texts[member] === 'string' && texts[member] !== '');
  } catch {
    return false;
  }
}

/** An identifier sent in a header, such as an organisation's. */
export const headerSetting = (label: string, help: string) =>
  z
    .union([headerText, z.literal('')])
    .optional()
    .meta({ label, help });

/** For providers that have nothing to set. */
export const noSettings = z.strictObject({});

/** `Authorization: Bearer …` with the API key. */
export const bearer: Auth = { by: 'bearer', field: 'apiKey' };
