import type { Json } from '@tollgate/wire/protocol';
import { z } from 'zod';

/** The little of JSON Schema that a sample needs. */
const nodeSchema = z.looseObject({
  $ref: z.string().optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  type: z.string().optional(),
  format: z.string().optional(),
  minLength: z.number().optional(),
  minimum: z.number().optional(),
  minItems: z.number().optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

const formats: Readonly<Record<string, string>> = {
  email: 'somebody@example.com',
  uri: 'https://example.com/',
  hostname: 'example.com',
};

/** The smallest input a schema takes: required fields only, the plainest value of each. Throws when it finds none. */
export function sampleOf(schema: z.ZodType): unknown {
  const sample = valueOf(z.toJSONSchema(schema, { io: 'input' }));
  const { success, error } = schema.safeParse(sample);
  if (!success) throw new Error(`no sample: ${JSON.stringify(sample)} is refused: ${error.message}`);
  return sample;
}

function valueOf(description: unknown): Json {
  const node = nodeSchema.parse(description);
  if (node.const !== undefined) return node.const;
  if (node.enum?.[0] !== undefined) return node.enum[0];
  if (node.anyOf?.[0] !== undefined) return valueOf(node.anyOf[0]);
  switch (node.type) {
    case 'string':
      return formats[node.format ?? ''] ?? '1'.repeat(node.minLength ?? 1);
    case 'number':
    case 'integer':
      return Math.max(0, node.minimum ?? 0);
    case 'boolean':
      return false;
    case 'array':
      return Array.from({ length: node.minItems ?? 0 }, () => valueOf(node.items));
    case 'object':
      return Object.fromEntries((node.required ?? []).map((name) => [name, valueOf(node.properties?.[name])]));
    default:
      return null;
  }
}
