import { z } from 'zod';
import { usdSchema } from '../price.ts';
import { changeShape, inputShape, shownShape } from '../entities/field.ts';
import { keyFields } from '../entities/key.ts';
import { permissionSchema } from './rights.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf, pageQuerySchema } from './page.ts';

/** API keys of the relay, and personal access tokens of the admin API. The text of either is shown once, at creation. */

/** Fields with rules of their own; the others are declared in entities/key.ts. */
const written = {
  name: lineSchema(100).describe('What the key is for.'),
  limitUsd: usdSchema.nullable().describe('What it may spend in all; null for no limit of its own.'),
};

export const keyInputSchema = z.strictObject({
  name: written.name,
  userId: z.string().max(80).optional().describe('Owner; only an administrator may name another one.'),
  teamId: z
    .string()
    .max(80)
    .nullable()
    .default(null)
    .describe('The team whose wallet pays for it; null for its owner’s own.'),
  limitUsd: written.limitUsd.default(null),
  ...inputShape(keyFields),
});
export type KeyInput = z.input<typeof keyInputSchema>;

export const keyPatchSchema = z.strictObject({ ...written, ...changeShape(keyFields) }).partial();
export type KeyPatch = z.output<typeof keyPatchSchema>;

export const keySchema = z
  .strictObject({
    id: z.string(),
    userId: z.string(),
    userName: z.string().nullable().describe('E-mail address of its owner; null when they are gone.'),
    teamId: z.string().nullable().describe('The team whose wallet pays for it.'),
    ...written,
    ...shownShape(keyFields),
    groupGranted: z
      .boolean()
      .describe(
        'Whether an administrator gave it its group. Else requests are refused when its owner leaves that group.',
      ),
    prefix: z.string().describe('How its text begins.'),
    lastFour: z.string().describe('How its text ends.'),
    previousUntil: momentSchema
      .nullable()
      .describe('Until when the text from before its last rotation works; null when it does not.'),
    spentNanos: nanosSchema.nullable().describe('Spent against its limit; null when it has none.'),
    lastUsedAt: momentSchema
      .nullable()
      .describe('When its latest request was received, of those in the request log; null when there is none.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'Key' });
export type KeyView = z.output<typeof keySchema>;

/** The only answer that ever holds the text of a key. */
export const newKeySchema = keySchema.extend({ key: z.string().describe('The key itself. It cannot be shown again.') });

/** Several keys that differ in their names alone. */
export const keyBatchSchema = keyInputSchema.extend({
  name: lineSchema(90).describe('The name of each, in which `{n}` is its number; without it the number follows.'),
  count: z.int().min(1).max(100).describe('How many.'),
  from: z.int().min(0).max(1_000_000).default(1).describe('Number of the first.'),
});

/** The names of a batch, in order. */
export const batchNames = ({ name, count, from }: Pick<z.output<typeof keyBatchSchema>, 'name' | 'count' | 'from'>) =>
  Array.from({ length: count }, (_, index) =>
    name.includes('{n}') ? name.replaceAll('{n}', String(from + index)) : `${name} ${from + index}`,
  );

export const newKeyListSchema = z.strictObject({ data: z.array(newKeySchema) });

export const keyPageSchema = pageOf(keySchema);

export const keyQuerySchema = pageQuerySchema.extend({
  userId: z.string().max(80).optional().describe('Owner; administrators may name another, or `all`.'),
  search: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Part of its name, or of its owner’s e-mail address; or how its text begins or ends.'),
});

/** What became of a key: how its text may be exchanged. */
export const keyRotationSchema = z.strictObject({
  overlapMs: z
    .int()
    .min(0)
    .max(90 * 86_400_000)
    .default(86_400_000)
    .describe(
      'How long the text that it has now goes on working beside the new one, in milliseconds; 0 ends it at once.',
    ),
});

const limitMetrics = ['requestsPerMinute', 'tokensPerMinute', 'concurrent'] as const;

/** What holds for a key in the end, and who said so. */
export const effectiveKeySchema = z
  .strictObject({
    refusal: z
      .string()
      .nullable()
      .describe('Code of the error with which its requests are refused now, from whatever address; null for none.'),
    group: z.strictObject({
      name: z.string(),
      from: z.enum(['key', 'user']),
      multiplier: z
        .string()
        .nullable()
        .describe('Factor on prices, as a decimal string; null when there is no such group.'),
    }),
    models: z.strictObject({
      from: z.enum(['key', 'group']).describe('`key`: its own list narrows those of its group.'),
      data: z
        .array(z.strictObject({ name: z.string(), operations: z.array(z.string()).nullable() }))
        .describe('That it can call now, in the order of their names; operations null for all.'),
    }),
    limits: z
      .array(
        z.strictObject({
          metric: z.enum(limitMetrics),
          amount: z.int(),
          of: z.enum(['key', 'user']).describe('Whose requests are counted together.'),
          from: z.enum(['key', 'user', 'settings']).describe('Where the amount stands.'),
        }),
      )
      .describe('All of them hold at once.'),
    walletNanos: nanosSchema.nullable().describe('What its owner or team has left; null while it cannot be read.'),
    walletOf: z.enum(['user', 'team']).describe('Whose wallet pays.'),
  })
  .meta({ id: 'EffectiveKey' });
export type EffectiveKey = z.output<typeof effectiveKeySchema>;

export const tokenInputSchema = z.strictObject({
  name: lineSchema(100),
  readOnly: z.boolean().default(false).describe('True allows nothing but reading.'),
  scopes: z
    .array(permissionSchema)
    .min(1)
    .transform((scopes) => [...new Set(scopes)])
    .nullable()
    .default(null)
    .describe('Permissions that it is limited to; it has those of them that its owner has. Null for all.'),
  expiresAt: momentSchema
    .nullable()
    .default(null)
    .describe('Null never expires. A token that is made by another one ends no later than it.'),
});

export const tokenSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    lastFour: z.string(),
    readOnly: z.boolean(),
    scopes: z.array(permissionSchema).readonly().nullable(),
    expiresAt: momentSchema.nullable(),
    createdAt: momentSchema,
    lastUsedAt: momentSchema.nullable(),
    madeBy: z
      .string()
      .nullable()
      .describe('The token by which it was made, with which it is revoked; null for one made by a person.'),
  })
  .meta({ id: 'AccessToken' });

/** The only answer that ever holds the text of a token. */
export const newTokenSchema = tokenSchema.extend({
  token: z.string().describe('The token itself. It cannot be shown again.'),
});

export const tokenListSchema = z.strictObject({ data: z.array(tokenSchema) });
