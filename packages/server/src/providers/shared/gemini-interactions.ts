import type { Dialect } from '../define.ts';

/** Google's Interactions, where they stand at Google itself and at who speaks in its place. https://ai.google.dev/api/interactions-api */
export const geminiInteractionsDialect: Dialect = {
  protocol: 'gemini-interactions',
  stored: true,
  clientHeaders: {
    'x-goog-user-project': { accepts: 'all' },
    'x-server-timeout': { accepts: 'all' },
    // By which schema a client speaks.
    'api-revision': { accepts: 'all' },
  },
  paths: { chat: '/v1beta/interactions' },
};
