import { field, type ValuesOf } from './field.ts';
import { rateLimitFields } from './rate-limits.ts';

/** Fields of a user that are kept, changed and shown as they are. */
export const userFields = {
  enabled: field.flag({ default: true }, 'A disabled user loses sessions, tokens and keys at once.'),
  ...rateLimitFields,
};
export type UserFields = ValuesOf<typeof userFields>;
