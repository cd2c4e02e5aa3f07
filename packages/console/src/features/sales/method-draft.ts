import type { Answer } from '../../lib/api.ts';
import { z } from '../../lib/zod.ts';

type Method = Answer<'paymentMethods.list'>['data'][number];

/** A payment method while it is edited: everything as text, as it is typed. */
export type MethodDraft = {
  readonly provider: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly currency: string;
  readonly rate: string;
  readonly minimumUsd: string;
  readonly maximumUsd: string;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
};

/** One field that a provider asks for. */
export type MethodField = {
  readonly name: string;
  readonly kind: 'text' | 'long' | 'switch' | 'list';
  readonly help: string | undefined;
  readonly required: boolean;
  readonly fallback: string;
};

const propertySchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  maxLength: z.number().optional(),
  default: z.unknown().optional(),
});
const descriptionSchema = z.looseObject({
  properties: z.record(z.string(), propertySchema).optional(),
  required: z.array(z.string()).optional(),
});

const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'boolean' || typeof value === 'number'
      ? String(value)
      : Array.isArray(value)
        ? value.join(', ')
        : '';

export const draftOf = (method: Method | undefined): MethodDraft => ({
  provider: method?.provider ?? '',
  name: method?.name ?? '',
  enabled: method?.enabled ?? true,
  currency: method?.currency ?? 'USD',
  rate: method?.rate ?? '1',
  minimumUsd: method?.minimumUsd ?? '1',
  maximumUsd: method?.maximumUsd ?? '0',
  values: Object.fromEntries(Object.entries(method?.settings ?? {}).map(([name, value]) => [name, textOf(value)])),
  secrets: {},
});

/** The fields of a provider's JSON Schema. */
export function fieldsOf(schema: unknown): readonly MethodField[] {
  const { properties = {}, required = [] } = descriptionSchema.parse(schema ?? {});
  return Object.entries(properties).map(([name, property]) => ({
    name,
    kind:
      property.type === 'boolean'
        ? 'switch'
        : property.type === 'array'
          ? 'list'
          : (property.maxLength ?? 0) > 1000
            ? 'long'
            : 'text',
    help: property.description,
    required: required.includes(name),
    fallback: textOf(property.default),
  }));
}

/** What was typed as the settings that the provider takes; what is empty is left to its default. */
export function settingsOf(
  fields: readonly MethodField[],
  values: Readonly<Record<string, string>>,
): Record<string, string | boolean | string[]> {
  const entries = fields.flatMap(({ name, kind }): [string, string | boolean | string[]][] => {
    const text = (values[name] ?? '').trim();
    if (text === '') return [];
    if (kind === 'switch') return [[name, text === 'true']];
    if (kind === 'list') return [[name, text.split(/[\s,]+/).filter((one) => one !== '')]];
    return [[name, text]];
  });
  return Object.fromEntries(entries);
}

/** Secrets that were typed; those that were not stay as they are. */
export const secretsOf = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
