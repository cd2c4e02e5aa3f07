import { z } from 'zod';
import { defineProvider } from './define.ts';
import { apiKeyWithWebhooks, bearer, headerSetting } from './shared/credentials.ts';
import { openaiCosts } from './shared/cost-reports.ts';
import { openaiListing } from './shared/listings.ts';
import {
  openaiHeaders,
  openaiChatDialect,
  openaiKept,
  openaiOperations,
  openaiVideos,
} from './shared/openai-compatible.ts';
import { byTextApi, openaiResponsesDialect, textApiSetting } from './shared/openai-responses.ts';
import { openaiPauses, openaiPhrases } from './shared/phrases.ts';
import { reasoningMaxTokens } from './shared/quirks.ts';

export const openai = defineProvider({
  id: 'openai',
  label: 'OpenAI',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  baseUrl: 'https://api.openai.com/v1',
  // https://platform.openai.com/docs/guides/webhooks
  credential: apiKeyWithWebhooks(
    'Of a webhook of its project for video.completed and video.failed, whose URL is /api/webhooks/media-accounts/ and the id of this channel.',
  ),
  settings: z.strictObject({
    organization: headerSetting('Organization', 'Sent as OpenAI-Organization; for keys that belong to several.'),
    project: headerSetting('Project', 'Sent as OpenAI-Project.'),
    textApi: textApiSetting('auto'),
  }),
  dialects: byTextApi(
    openaiChatDialect({
      operations: [...openaiOperations, 'transcription-sessions', 'decisions', 'live', ...openaiKept],
      videos: openaiVideos,
      quirks: [reasoningMaxTokens],
      clientHeaders: openaiHeaders,
    }),
    openaiResponsesDialect({ stored: true, clientHeaders: openaiHeaders }),
  ),
  suffixes: 'gpt',
  keyPrefixes: ['sk-proj-', 'sk-svcacct-', 'sk-admin-'],
  // Every key holds the vendor's name, in base64; older ones begin with a bare `sk-`, like those of others.
  keyPatterns: ['^sk-[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]+$'],
  phrases: openaiPhrases,
  pauses: openaiPauses,
  listing: openaiListing,
  costReport: openaiCosts,
  auth: [bearer],
  headers: { 'openai-organization': '{organization}', 'openai-project': '{project}' },
});
