import { z } from 'zod';

/** How lists are asked for: newest first, `after` being the `next` of the page before. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number<number>().int().min(1).max(200).default(50).describe('Rows of a page.'),
  after: z.string().max(200).optional().describe('`next` of the page before.'),
});

/** A page of `row`s; `next` is null on the last one. */
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.strictObject({ data: z.array(row), next: z.string().nullable().describe('Value of `after` for the next page.') });

/** All of a kind at once, for kinds that are few and shown whole. */
export const listOf = <T extends z.ZodType>(row: T) => z.strictObject({ data: z.array(row) });

/** Every error of the admin API. */
export const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.string().describe('Stable code; the table is in contract/errors.ts.'),
      message: z.string(),
      requestId: z.string(),
      param: z.string().nullable().describe('Path of the field at fault, such as `models.0.name`.'),
    }),
  })
  .meta({ id: 'Error' });

/** Nano-dollars as a decimal string: what the gateway worked out. Amounts that people set are USD (`usdSchema`). */
export const nanosSchema = z
  .string()
  .regex(/^-?\d+$/)
  .describe('Nano-dollars, as a decimal string.');

/** Signed USD as a decimal string with at most nine decimals. */
export const signedUsdSchema = z
  .string()
  .regex(/^-?\d{1,9}(\.\d{1,9})?$/, 'must be a decimal amount of USD with at most 9 decimals')
  .describe('USD, as a decimal string; negative takes away.');

/** Text of one line, without control characters or spaces at its ends. */
export const lineSchema = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u, 'must not have control characters, nor spaces at its ends');

/** ms since the epoch. */
export const momentSchema = z.int().min(0).max(8.64e15).describe('Milliseconds since the epoch.');
