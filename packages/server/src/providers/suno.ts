import { defineProvider } from './define.ts';
import { apiKeyCredential, bearer, noSettings } from './shared/credentials.ts';
import { sunoDialect } from './shared/media-tasks.ts';

/** A server of one's own that makes music with accounts of Suno. */
export const suno = defineProvider({
  id: 'suno',
  label: 'Suno (suno-api)',
  docs: 'https://docs.newapi.pro/en/api/suno-music/',
  baseUrl: undefined,
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [sunoDialect],
  phrases: {
    quota_exhausted: ['insufficient credits', 'insufficient_quota'],
    content_filter: ['moderation', 'sensitive'],
    rate_limited: ['too many running'],
  },
  auth: [bearer],
});
