import { z } from 'zod';

/**
 * What a channel changes about the requests it passes on: headers, and the body. `operations` are the field's own language of
 * parameter overrides, name for name, so that what works elsewhere can be pasted here.
 */

export const overrideModes = [
  'set',
  'delete',
  'move',
  'copy',
  'prepend',
  'append',
  'trim_prefix',
  'trim_suffix',
  'ensure_prefix',
  'ensure_suffix',
  'trim_space',
  'to_lower',
  'to_upper',
  'replace',
  'regex_replace',
  'prune_objects',
  'return_error',
  'set_header',
  'delete_header',
  'copy_header',
  'move_header',
  'pass_headers',
  'sync_fields',
] as const;
export type OverrideMode = (typeof overrideModes)[number];

export const conditionModes = ['full', 'prefix', 'suffix', 'contains', 'gt', 'gte', 'lt', 'lte'] as const;
export type ConditionMode = (typeof conditionModes)[number];

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'must be a header name');
const headerValue = z
  .string()
  .max(8192)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must not have line breaks or other control characters');
const bodyPath = z
  .string()
  .min(1)
  .max(300)
  .describe('Dotted path in the request body, such as `a.b.0.c`; `-1` is the last of a list, `*` each.');

/** These are the gateway's own to write; a channel that set them would break the framing of its requests. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/** Whether the gateway alone writes this header. `host` it writes unless the channel does. */
export const isOwnHeader = (name: string): boolean => ownHeaders.has(name.toLowerCase());

const overridableHeader = headerName.refine((header) => !isOwnHeader(header), 'is written by the gateway itself');

export const overrideConditionSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(300)
    .describe('Path in the body, or what is known of the request, such as `retry.index`.'),
  mode: z.enum(conditionModes).optional().describe('Default: `full`, equality.'),
  value: z.json(),
  invert: z.boolean().optional(),
  pass_missing_key: z.boolean().optional().describe('Holds where there is nothing at the path. Default: does not.'),
});
export type OverrideCondition = z.output<typeof overrideConditionSchema>;

export const overrideOperationSchema = z.strictObject({
  mode: z.enum(overrideModes),
  path: z.string().max(300).optional().describe('Where; of headers, the name.'),
  value: z.json().optional(),
  keep_origin: z.boolean().optional().describe('What is there already stays.'),
  from: z.string().max(1000).optional(),
  to: z.string().max(1000).optional(),
  conditions: z
    .union([z.array(overrideConditionSchema).max(50), z.record(z.string(), z.json())])
    .optional()
    .describe('A list, or `{path: value}` for equality.'),
  logic: z.enum(['AND', 'OR']).optional().describe('Whether all conditions must hold, or one. Default: OR.'),
  description: z.string().max(500).optional(),
});
export type OverrideOperation = z.output<typeof overrideOperationSchema>;

export const overridesSchema = z.strictObject({
  headers: z
    .strictObject({
      set: z
        .record(overridableHeader, headerValue)
        .default({})
        .describe(
          '`{api_key}` stands for the account’s key, a whole value `{client_header:NAME}` for the client’s header.',
        ),
      remove: z.array(overridableHeader).max(100).default([]),
      pass: z
        .array(z.string().min(1).max(300))
        .max(100)
        .default([])
        .describe('Headers of the client that are passed on: names, `*` for all, `re:…` for a pattern.'),
    })
    .prefault({}),
  body: z
    .strictObject({
      set: z.record(bodyPath, z.json()).default({}),
      remove: z.array(bodyPath).max(100).default([]),
      operations: z.array(overrideOperationSchema).max(200).default([]).describe('After `remove` and `set`, in order.'),
    })
    .prefault({}),
});
export type OverridesInput = z.output<typeof overridesSchema>;

/** What is wrong in a value, where, and what would be right. */
export const mistakeSchema = z.strictObject({
  path: z.string().describe('Where, such as `body.operations.2.value`.'),
  problem: z.string(),
  instead: z.string().nullable().describe('What would be right; null when there is nothing to say.'),
});
export type Mistake = z.output<typeof mistakeSchema>;

/** Overrides as they are sent: in the shape above, or as other gateways write them, which is read into it. */
export const overridesInputSchema = overridesSchema.extend({
  paramOverride: z
    .record(z.string(), z.json())
    .optional()
    .describe('A parameter override as New API has it: fields by name, `operations`, or both.'),
  headerOverride: z
    .record(z.string(), z.json())
    .optional()
    .describe('A header override as New API has it: values by name; `*` and `re:…` pass the client’s on.'),
});
