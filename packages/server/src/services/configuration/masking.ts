import { isList } from '@tollgate/wire/json/fields';
import type { Json } from '@tollgate/wire/protocol';
import type { Overrides } from '../../domain/overrides/compile.ts';

/** Stands for a stored secret in what is shown; sent back unchanged, it keeps the secret. */
export const mask = '********';

const secretName = /auth|key|token|secret|cookie|password|passwd|credential|signature|bearer/i;

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

/** Texts of headers and body fields whose names look secret are masked. */
export function maskOverrides({ headers, body }: Overrides): Overrides {
  return {
    headers: { ...headers, set: mapFields(headers.set, (name, value) => (secretName.test(name) ? mask : value)) },
    body: {
      ...body,
      set: mapFields(body.set, maskAt),
      operations: body.operations.map(maskOperation),
    },
  };
}

/** A value that is put at a place: numbers and switches are no secrets, whatever their names. */
function maskAt(place: string, value: Json): Json {
  if (typeof value === 'string') return secretName.test(place) ? mask : value;
  return maskWithin(value, secretName.test(place));
}

type Operation = Overrides['body']['operations'][number];

function maskOperation(operation: Operation): Operation {
  if (operation.value === undefined) return operation;
  return { ...operation, value: maskAt(`${operation.path ?? ''} ${operation.to ?? ''}`, operation.value) };
}

function maskWithin(value: Json, all = false): Json {
  if (typeof value === 'string') return all ? mask : value;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => maskWithin(item, all));
  return mapFields(value, (name, field) => maskWithin(field, all || secretName.test(name)));
}

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

function mapFields<T>(fields: Readonly<Record<string, T>>, map: (name: string, value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, map(name, value)]));
}

/** JSON that is certain to be JSON: what came out of a schema goes back through text. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
