import type { Json } from '@tollgate/wire/protocol';
import type { Overrides } from '../../domain/overrides/run.ts';
import { mapFields, replaceSecrets } from '../../domain/overrides/secret-texts.ts';

/** Stands for a stored secret in what is shown; sent back unchanged, it keeps the secret. */
export const mask = '********';

/** What may be shown of a secret: its last four characters, and of one shorter than twelve nothing. */
export function hintOf(secret: string): string {
  return secret.length >= 12 ? `…${secret.slice(-4)}` : '…';
}

/** The proxy's URL with its password masked. */
export function maskProxy(proxy: string): string {
  const url = new URL(proxy);
  if (url.password === '') return proxy;
  url.password = mask;
  return url.toString();
}

/** Every text that may be a secret is masked, by the name of its place or by what it looks like. */
export const maskOverrides = (overrides: Overrides): Overrides => replaceSecrets(overrides, () => mask);

/** Whether a mask is left where nothing stored takes its place: it would be sent as it is. */
export function hasMask(value: unknown): boolean {
  if (value === mask) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasMask);
}

type Operation = Overrides['body']['operations'][number];

/** Puts the stored secrets back where a mask was sent. */
export function unmaskProxy(sent: string, stored: string | undefined): string {
  return stored !== undefined && sent === maskProxy(stored) ? stored : sent;
}

/** As {@link unmaskProxy}, name by name; an operation that comes back as it was shown is the one that is stored. */
export function unmaskOverrides(sent: Overrides, stored: Overrides): Overrides {
  const shown = maskOverrides(stored);
  return {
    headers: {
      ...sent.headers,
      set: mapFields(sent.headers.set, (name, value) => (value === mask ? (stored.headers.set[name] ?? value) : value)),
    },
    body: {
      ...sent.body,
      set: mapFields(sent.body.set, (path, value) =>
        Bun.deepEquals(value, shown.body.set[path]) ? (stored.body.set[path] ?? value) : value,
      ),
      operations: sent.body.operations.map((operation, index) => {
        const isShown = (other: Operation): boolean => Bun.deepEquals(other, operation);
        // In its own place first: two may look alike when masked.
        const at = isShown(shown.body.operations[index] ?? { mode: 'delete' })
          ? index
          : shown.body.operations.findIndex(isShown);
        return stored.body.operations[at] ?? operation;
      }),
    },
  };
}

/** JSON that is certain to be JSON: what came out of a schema goes back through text. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
