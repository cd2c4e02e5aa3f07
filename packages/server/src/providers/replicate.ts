import { defineProvider } from './define.ts';
import { apiKeyWithWebhooks, bearer, noSettings } from './shared/credentials.ts';

/** Models are named with their owners (`kwaivgi/kling-v2.1`), and a version where it is not the owner's latest. */
export const replicate = defineProvider({
  id: 'replicate',
  label: 'Replicate',
  docs: 'https://replicate.com/docs/reference/http',
  baseUrl: 'https://api.replicate.com/v1',
  keyPrefixes: ['r8_'],
  // https://replicate.com/docs/topics/webhooks/verify-webhook
  credential: apiKeyWithWebhooks(
    'As GET /v1/webhooks/default/secret tells it; calls without its signature are refused then.',
  ),
  settings: noSettings,
  dialects: [
    {
      protocol: 'replicate',
      // https://replicate.com/docs/reference/http#predictions.create
      paths: { images: '/predictions', videos: '/predictions' },
      videos: {
        status: '/predictions/{id}',
        search: '/predictions',
        cancel: { method: 'POST', path: '/predictions/{id}/cancel' },
      },
    },
  ],
  phrases: {
    auth: ['unauthenticated'],
    quota_exhausted: ['insufficient credit', 'monthly spend limit', 'billing required'],
    content_filter: ['nsfw', 'flagged as sensitive'],
    rate_limited: ['was throttled'],
  },
  auth: [bearer],
});
