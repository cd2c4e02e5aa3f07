import { field, optional, type ValuesOf } from './field.ts';
import { timeZoneSchema } from './names.ts';
import { rateLimitFields } from './rate-limits.ts';

/** Fields of a user that are kept, changed and shown as they are. */
export const userFields = {
  enabled: field.flag({ default: true }, 'A disabled user loses sessions, tokens and keys at once.'),
  ...rateLimitFields,
  timeZone: optional.text(
    { max: 60, is: timeZoneSchema },
    'Time zone (IANA) in which the days of the account begin; null for UTC.',
  ),
};
export type UserFields = ValuesOf<typeof userFields>;
