import { z } from 'zod';
import { modelNameSchema } from '../entities/names.ts';
import { lineSchema, momentSchema } from './page.ts';

/** Bundles of models: named lists, each taken into the form of a channel or a key by one choice. */

const fields = {
  name: lineSchema(64).describe('Unique name of the bundle.'),
  description: lineSchema(200).or(z.literal('')).describe('What it is for.'),
  models: z
    .array(modelNameSchema)
    .min(1)
    .max(1000)
    .overwrite((names) => [...new Set(names)])
    .describe(
      'Names under which clients ask for the models, in the order of the form. No model needs to be known yet.',
    ),
};

export const modelBundleInputSchema = z.strictObject({ ...fields, description: fields.description.default('') });
export type ModelBundleInput = z.output<typeof modelBundleInputSchema>;

export const modelBundlePatchSchema = z.strictObject(fields).partial();
export type ModelBundlePatch = z.output<typeof modelBundlePatchSchema>;

export const modelBundleViewSchema = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    models: z.array(z.string()),
    owner: z.string().nullable().describe('The config file that manages it.'),
    updatedAt: momentSchema,
  })
  .meta({ id: 'ModelBundle' });
export type ModelBundleView = z.output<typeof modelBundleViewSchema>;
