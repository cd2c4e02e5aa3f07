import { isList } from '@tollgate/wire/json/fields';
import type { Json } from '@tollgate/wire/protocol';
import { looksSecret } from '../looks-secret.ts';
import type { Condition, Operation, Overrides } from './run.ts';

const secretName = /auth|key|token|secret|cookie|password|passwd|credential|signature|bearer/i;

/** What takes the place of a text that may be a secret. */
type Replace = (text: string) => string;

/**
 * The overrides with every text replaced that may be a secret, by the name of its place or by what it looks like: values
 * of headers, of body fields and of operations, wherever in them. Numbers and switches are no secrets, whatever their names.
 */
export function replaceSecrets({ headers, body }: Overrides, replace: Replace): Overrides {
  const within = (value: Json, named: boolean): Json => {
    if (typeof value === 'string') return named || looksSecret(value) ? replace(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) return value.map((item) => within(item, named));
    return mapFields(value, (name, field) => within(field, named || secretName.test(name)));
  };
  const text = (value: string, named = false): string => (named || looksSecret(value) ? replace(value) : value);
  const operation = (one: Operation): Operation => {
    const named = secretName.test(`${one.path ?? ''} ${nameOf(one.to)}`);
    return {
      ...one,
      ...(one.value !== undefined && { value: within(one.value, named) }),
      // Names of places in some modes, texts to find and to put in others.
      ...(one.from !== undefined && { from: text(one.from, named && isText(one)) }),
      ...(one.to !== undefined && { to: text(one.to, named && isText(one)) }),
      ...(one.description !== undefined && { description: text(one.description) }),
      ...(one.conditions !== undefined && { conditions: conditions(one.conditions) }),
    };
  };
  const conditions = (all: Conditions): Conditions =>
    isConditions(all)
      ? all.map((one) => ({ ...one, value: within(one.value, secretName.test(one.path)) }))
      : mapFields(all, (path, value) => within(value, secretName.test(path)));
  return {
    headers: { ...headers, set: mapFields(headers.set, (name, value) => text(value, secretName.test(name))) },
    body: {
      ...body,
      set: mapFields(body.set, (place, value) => within(value, secretName.test(place))),
      operations: body.operations.map(operation),
    },
  };
}

type Conditions = NonNullable<Operation['conditions']>;
const isConditions = (all: Conditions): all is readonly Condition[] => Array.isArray(all);

const textModes = new Set<Operation['mode']>(['replace', 'regex_replace']);
const isText = ({ mode }: Operation): boolean => textModes.has(mode);
const nameOf = (to: string | undefined): string => (to === undefined || to.length > 300 ? '' : to);

/** The texts of overrides that may be secrets. */
export function secretTextsOf(overrides: Overrides): readonly string[] {
  const found = new Set<string>();
  replaceSecrets(overrides, (text) => {
    found.add(text);
    return text;
  });
  return [...found];
}

export function mapFields<T>(
  fields: Readonly<Record<string, T>>,
  map: (name: string, value: T) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, map(name, value)]));
}
