import { optional } from './field.ts';

/** Limits of users and of keys. */
export const rateLimitFields = {
  requestsPerMinute: optional.integer({ min: 1, max: 10_000_000 }, 'Requests a minute; null for no limit here.'),
  tokensPerMinute: optional.integer({ min: 1, max: 1_000_000_000_000 }, 'Tokens a minute; null for no limit here.'),
  concurrent: optional.integer({ min: 1, max: 1_000_000 }, 'Requests at once; null for no limit here.'),
};
