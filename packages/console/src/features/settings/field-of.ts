import { settingsTree } from '@tollgate/contract/settings';
import { siteImageName } from '@tollgate/contract/settings/site';
import type { Json } from '../../lib/changes.ts';
import { z } from '../../lib/zod.ts';

/** With what a setting is changed. */
export type SettingField =
  | { readonly kind: 'switch' }
  | { readonly kind: 'number'; readonly min?: number | undefined; readonly max?: number | undefined }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'list'; readonly numbers: boolean }
  /** `long`: of many lines. */
  | { readonly kind: 'text'; readonly long?: boolean }
  /** The name of an image that the gateway was given. */
  | { readonly kind: 'image' }
  | { readonly kind: 'json' };

type Shape = {
  readonly type?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly items?: { readonly type?: string; readonly anyOf?: readonly Shape[] };
  readonly anyOf?: readonly Shape[];
};

const isTexts = (values: readonly unknown[]): values is readonly string[] =>
  values.every((value) => typeof value === 'string');

/** The field of a setting, from the schema that the gateway reads it by; by its value where this console does not know it. */
export function fieldOf(path: string, value: Json): SettingField {
  const leaf = settingsTree.find(path);
  return leaf === undefined ? byValue(value) : byShape(z.toJSONSchema(leaf.schema, { io: 'input' }) as Shape);
}

/** Texts that may have so many characters are written in lines. */
const longText = 2000;

function byShape(shape: Shape): SettingField {
  if (shape.enum !== undefined && isTexts(shape.enum)) return { kind: 'choice', choices: shape.enum };
  const kinds = shape.anyOf ?? [shape];
  if (kinds.some(({ pattern }) => pattern === siteImageName.source)) return { kind: 'image' };
  switch (shape.type) {
    case 'boolean':
      return { kind: 'switch' };
    case 'integer':
    case 'number':
      return { kind: 'number', min: shape.minimum, max: shape.maximum };
    case 'array': {
      const { type, anyOf } = shape.items ?? {};
      if (type === 'integer') return { kind: 'list', numbers: true };
      if (type === 'string' || anyOf?.every((item) => item.type === 'string') === true)
        return { kind: 'list', numbers: false };
      return { kind: 'json' };
    }
    default:
      return kinds.every(({ type }) => type === 'string')
        ? { kind: 'text', ...(kinds.some(({ maxLength = 0 }) => maxLength >= longText) && { long: true }) }
        : { kind: 'json' };
  }
}

function byValue(value: Json): SettingField {
  if (typeof value === 'boolean') return { kind: 'switch' };
  if (typeof value === 'number') return { kind: 'number' };
  return typeof value === 'string' ? { kind: 'text' } : { kind: 'json' };
}

/** What the contract has against a value; undefined when nothing. */
export function issueOf(path: string, value: Json): z.core.$ZodIssue | undefined {
  const leaf = settingsTree.find(path);
  // A secret is shown as a hint, which is sent back for "as it is".
  return leaf === undefined || leaf.secret ? undefined : leaf.schema.safeParse(value).error?.issues[0];
}

/** A quantity as people say it: 300 000 `ms` is `5 min`; undefined where that says no more than the number. */
export function spoken(value: Json, unit: string | null): string | undefined {
  if (typeof value !== 'number' || value === 0) return undefined;
  if (unit === 'ms') return value < 1000 ? undefined : inLargest(value, milliseconds);
  if (unit === 'bytes') return value < 1024 ? undefined : inLargest(value, sizes);
  return undefined;
}

const milliseconds = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;
const sizes = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;

function inLargest(value: number, units: readonly (readonly [string, number])[]): string | undefined {
  const found = units.find(([, size]) => value >= size);
  if (found === undefined) return undefined;
  const [unit, size] = found;
  return `${Number((value / size).toFixed(value % size === 0 ? 0 : 1))} ${unit}`;
}
