import { defineProvider } from './define.ts';
import { apiKeyCredential, bearer, noSettings } from './shared/credentials.ts';

/** https://docs.dev.runwayml.com/api/ */
export const runway = defineProvider({
  id: 'runway',
  label: 'Runway',
  docs: 'https://docs.dev.runwayml.com/api/',
  baseUrl: 'https://api.dev.runwayml.com',
  keyPrefixes: ['key_'],
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [
    {
      protocol: 'runway',
      paths: { videos: '/v1/text_to_video' },
      videos: {
        submit: { text_to_video: '/v1/text_to_video', image_to_video: '/v1/image_to_video' },
        status: '/v1/tasks/{id}',
        cancel: { method: 'DELETE', path: '/v1/tasks/{id}' },
      },
    },
  ],
  // https://docs.dev.runwayml.com/errors/errors/
  phrases: {
    quota_exhausted: ['not have enough credits'],
    content_filter: ['safety.input', 'content moderation'],
    rate_limited: ['daily task limit', 'rate limit'],
  },
  auth: [bearer],
  // https://docs.dev.runwayml.com/api-details/versions/
  headers: { 'x-runway-version': '2024-11-06' },
});
