import { defineProvider } from './define.ts';
import { apiKeyCredential, bearer, noSettings } from './shared/credentials.ts';

/** https://docs.lumalabs.ai/docs/video-generation */
export const luma = defineProvider({
  id: 'luma',
  label: 'Luma Dream Machine',
  docs: 'https://docs.lumalabs.ai/docs/video-generation',
  baseUrl: 'https://api.lumalabs.ai/dream-machine/v1',
  keyPrefixes: ['luma-'],
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [
    {
      protocol: 'luma',
      paths: { videos: '/generations/video' },
      videos: {
        status: '/generations/{id}',
        search: '/generations?limit=100',
        cancel: { method: 'DELETE', path: '/generations/{id}' },
      },
    },
  ],
  // https://docs.lumalabs.ai/docs/errors
  phrases: {
    quota_exhausted: ['insufficient credits', 'not enough credits'],
    content_filter: ['moderation', 'blacklisted'],
    auth: ['not authenticated', 'invalid api key'],
  },
  auth: [bearer],
});
