import { forAdmins, whole } from './kinds.ts';

/** How much each may ask, where nothing else is said of them. */
export const limits = {
  user: {
    requestsPerMinute: whole(
      [0, 10_000_000, 0],
      'requestsPerMinute',
      forAdmins,
      'Requests a minute for each user; 0 is no limit.',
    ),
    tokensPerMinute: whole(
      [0, 1_000_000_000, 0],
      'tokensPerMinute',
      forAdmins,
      'Tokens a minute for each user; 0 is no limit.',
    ),
    concurrent: whole([0, 1_000_000, 0], 'count', forAdmins, 'Requests at once for each user; 0 is no limit.'),
  },
};
