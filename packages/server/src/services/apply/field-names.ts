import { channelInputSchema, groupInputSchema, modelInputSchema } from '@tollgate/contract/api/configuration';
import { overrideOperationSchema, overridesInputSchema } from '@tollgate/contract/api/overrides';
import { configFileSchema } from '@tollgate/contract/config-file';
import { priceSchema } from '@tollgate/contract/price';
import { conditionSchema } from '@tollgate/contract/price-condition';

/** Every name a config file knows outside settings and credentials, for suggestions. */
export const fieldNames: readonly string[] = [
  ...new Set(
    [
      configFileSchema,
      channelInputSchema,
      modelInputSchema,
      groupInputSchema,
      priceSchema,
      conditionSchema,
      overridesInputSchema,
      overridesInputSchema.shape.body.unwrap(),
      overrideOperationSchema,
    ].flatMap((schema) => Object.keys(schema.shape)),
  ),
  'upstream',
  'above',
  'when',
];
