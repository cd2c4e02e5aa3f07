import { openEndpointsSchema, type OpenableEndpoint } from '../openable-endpoints.ts';
import { optional, type ValuesOf } from './field.ts';
import { percentSchema } from './names.ts';

/** Fields of a group that are kept, changed and shown as they are. */
export const groupFields = {
  resultRetentionDays: optional.integer(
    { min: 0, max: 36_500 },
    'How long what media tasks of its requests have made is kept, in days; 0 keeps none, null is `media.results.retentionDays`.',
  ),
  openEndpoints: optional.json<readonly OpenableEndpoint[]>(
    { schema: openEndpointsSchema },
    'Endpoints that are closed elsewhere and open to its keys. What is made there lives on at a provider account, which is not charged for; null is none.',
  ),
  providerKeyFeePercent: optional.text(
    { max: 9, is: percentSchema },
    'What its keys pay for requests through provider keys of their owners, in percent of the model’s price without any multiplier; null is `providerKeys.feePercent`.',
  ),
};
export type GroupFields = ValuesOf<typeof groupFields>;
