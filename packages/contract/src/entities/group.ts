import { optional, type ValuesOf } from './field.ts';

/** Fields of a group that are kept, changed and shown as they are. */
export const groupFields = {
  resultRetentionDays: optional.integer(
    { min: 0, max: 36_500 },
    'How long what media tasks of its requests have made is kept, in days; 0 keeps none, null is `media.results.retentionDays`.',
  ),
};
export type GroupFields = ValuesOf<typeof groupFields>;
