import { z } from '../../lib/zod.ts';

/** One field that a provider asks for. */
export type SchemaField = {
  readonly name: string;
  readonly kind: 'text' | 'long' | 'switch' | 'list' | 'number' | 'choice' | 'json';
  readonly help: string | undefined;
  readonly required: boolean;
  readonly fallback: string;
  /** Of a choice. */
  readonly choices: readonly string[];
};

const propertySchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  maxLength: z.number().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
});
const descriptionSchema = z.looseObject({
  properties: z.record(z.string(), propertySchema).optional(),
  required: z.array(z.string()).optional(),
});

/** A stored value as it is typed. */
export const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'boolean' || typeof value === 'number'
      ? String(value)
      : Array.isArray(value)
        ? value.join(', ')
        : typeof value === 'object' && value !== null
          ? JSON.stringify(value, undefined, 2)
          : '';

function kindOf(property: z.output<typeof propertySchema>): SchemaField['kind'] {
  if (property.enum !== undefined) return 'choice';
  switch (property.type) {
    case 'boolean':
      return 'switch';
    case 'array':
      return 'list';
    case 'integer':
    case 'number':
      return 'number';
    case 'object':
      return 'json';
    default:
      return (property.maxLength ?? 0) > 1000 ? 'long' : 'text';
  }
}

/** The fields of a provider's JSON Schema. */
export function fieldsOf(schema: unknown): readonly SchemaField[] {
  const { properties = {}, required = [] } = descriptionSchema.parse(schema ?? {});
  return Object.entries(properties).map(([name, property]) => ({
    name,
    kind: kindOf(property),
    help: property.description,
    required: required.includes(name),
    fallback: textOf(property.default),
    choices: property.enum ?? [],
  }));
}

/** What was typed as the settings that the provider takes; what is empty is left to its default. */
export function settingsOf(
  fields: readonly SchemaField[],
  values: Readonly<Record<string, string>>,
): Record<string, z.core.util.JSONType> {
  const entries = fields.flatMap(({ name, kind }): [string, z.core.util.JSONType][] => {
    const text = (values[name] ?? '').trim();
    if (text === '') return [];
    if (kind === 'switch') return [[name, text === 'true']];
    if (kind === 'number' && Number.isFinite(Number(text))) return [[name, Number(text)]];
    if (kind === 'list') return [[name, text.split(/[\s,]+/).filter((one) => one !== '')]];
    // What is no JSON is sent as it is, for the gateway to say what is wrong with it.
    if (kind === 'json') return [[name, jsonOf(text)]];
    return [[name, text]];
  });
  return Object.fromEntries(entries);
}

function jsonOf(text: string): z.core.util.JSONType {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Secrets that were typed; those that were not stay as they are. */
export const secretsOf = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
