import { field, optional, type ValuesOf } from './field.ts';

/** Fields of a model that are kept, changed and shown as they are. */
export const modelFields = {
  maxOutputTokens: optional.integer({ min: 1, max: 1e9 }, 'Largest number of output tokens the model can produce.'),
  ownedBy: field.text({ max: 100, default: '' }, 'Who made it, as listed by GET /v1/models.'),
};
export type ModelFields = ValuesOf<typeof modelFields>;
