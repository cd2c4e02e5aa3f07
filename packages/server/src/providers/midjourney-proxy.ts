import { defineProvider } from './define.ts';
import { apiKeyCredential, noSettings } from './shared/credentials.ts';
import { midjourneyDialect } from './shared/media-tasks.ts';

/** A server of one's own that draws with accounts of Midjourney: midjourney-proxy, and what speaks as it does. */
export const midjourneyProxy = defineProvider({
  id: 'midjourney-proxy',
  label: 'Midjourney (midjourney-proxy)',
  docs: 'https://github.com/novicezk/midjourney-proxy/blob/main/docs/api.md',
  baseUrl: undefined,
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [midjourneyDialect],
  // Codes of its answers: https://github.com/novicezk/midjourney-proxy/blob/main/docs/api.md
  phrases: {
    auth: ['=3'],
    rate_limited: ['=23'],
    content_filter: ['=24'],
    quota_exhausted: ['=30'],
  },
  auth: [{ by: 'header', header: 'mj-api-secret', field: 'apiKey' }],
});
