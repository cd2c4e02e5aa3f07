import {
  channelInputSchema,
  groupInputSchema,
  modelInputSchema,
  overridesSchema,
  priceSchema,
} from '@tollgate/contract/api/configuration';
import { configFileSchema } from '@tollgate/contract/config-file';

/** Every name a config file knows outside settings and credentials, for suggestions. */
export const fieldNames: readonly string[] = [
  ...new Set(
    [configFileSchema, channelInputSchema, modelInputSchema, groupInputSchema, priceSchema, overridesSchema].flatMap(
      (schema) => Object.keys(schema.shape),
    ),
  ),
  'upstream',
  'above',
];
