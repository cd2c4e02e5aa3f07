import { z } from 'zod';
import { priceSchema } from '../price.ts';

const vendor = z
  .string()
  .max(100)
  .optional()
  .describe('Whose prices count where several vendors list a model, by its id in the list; else its maker’s.');

/** Which list of prices is looked at. */
export const priceListSourceSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('shipped') }).describe('The one that this version comes with.'),
    z.strictObject({ kind: z.literal('url'), url: z.url({ protocol: /^https$/ }).max(1000), vendor }),
    z.strictObject({
      kind: z.literal('text'),
      name: z.string().trim().min(1).max(60).describe('Such as the name of the file; versions of prices name it.'),
      text: z.string().min(1).max(4_000_000),
      vendor,
    }),
  ])
  .meta({ id: 'PriceListSource' });
export type PriceListSource = z.output<typeof priceListSourceSchema>;

const model = {
  name: z.string().min(1).max(300),
  ownedBy: z.string().max(200),
  maxOutputTokens: z.int().min(1).nullable(),
};

const origin = {
  source: z.string().min(1).max(200).describe('Where the prices come from.'),
  asOf: z.iso.date().describe('The date from which they are.'),
};

export const priceListSchema = z
  .strictObject({
    ...origin,
    models: z.int().describe('How many models the list has.'),
    skipped: z.int().describe('How many of its entries could not be read.'),
    differences: z.array(
      z.strictObject({
        ...model,
        state: z
          .enum(['new', 'unpriced', 'changed', 'own'])
          .describe(
            '`new`: there is none of the name here; `unpriced`: ours has no price; `changed`: both have one, and they differ; `own`: they differ, and ours was set by hand.',
          ),
        ours: priceSchema.nullable(),
        theirs: priceSchema,
      }),
    ),
  })
  .meta({ id: 'PriceList' });

/** Prices to take, as they were shown. */
export const priceListTakenSchema = z
  .strictObject({
    ...origin,
    models: z
      .array(z.strictObject({ ...model, price: priceSchema }))
      .min(1)
      .max(5000),
  })
  .meta({ id: 'PriceListTaken' });
export type PriceListTaken = z.output<typeof priceListTakenSchema>;
