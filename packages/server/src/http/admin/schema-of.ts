import { z } from 'zod';

/** The JSON Schema of what an operator writes, from which forms are drawn. */
export const schemaOf = (schema: z.ZodType) =>
  z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))));
