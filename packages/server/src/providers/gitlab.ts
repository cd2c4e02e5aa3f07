import { z } from 'zod';
import { defineProvider } from './define.ts';
import { apiKeyCredential } from './shared/credentials.ts';
import { messagesDialect } from './shared/anthropic-messages.ts';
import { relayedPauses, relayedPhrases } from './shared/phrases.ts';
import { hostSetting } from './shared/rows.ts';

/**
 * GitLab Duo, by the proxies of its AI gateway: Claude by Anthropic's protocol, OpenAI's models by OpenAI's. A personal
 * access token is exchanged at the GitLab instance for one that is good for half an hour, and that calls carry together
 * with headers that say whose they are.
 * https://gitlab.com/gitlab-org/editor-extensions/gitlab-ai-provider
 */
export const gitlab = defineProvider({
  id: 'gitlab',
  label: 'GitLab Duo',
  docs: 'https://docs.gitlab.com/user/duo_agent_platform/',
  baseUrl: 'https://cloud.gitlab.com/ai/v1/proxy',
  credential: apiKeyCredential,
  settings: z.strictObject({
    instance: hostSetting('GitLab instance', 'gitlab.com')
      .default('gitlab.com')
      .meta({ label: 'GitLab instance', placeholder: 'gitlab.com', help: 'Where the token is of.' }),
  }),
  dialects: [
    messagesDialect('/anthropic/v1', {
      paths: { chat: [{ when: { family: 'claude' }, path: '/anthropic/v1/messages' }] },
      clientHeaders: { 'anthropic-version': { accepts: 'all' }, 'anthropic-beta': { accepts: 'all' } },
    }),
    {
      protocol: 'openai-chat',
      paths: {
        chat: [
          { when: { family: 'claude' }, path: undefined },
          { when: { onlyBy: 'openai-responses' }, path: undefined },
          { path: '/openai/v1/chat/completions' },
        ],
      },
    },
    {
      protocol: 'openai-responses',
      paths: { chat: [{ when: { family: 'claude' }, path: undefined }, { path: '/openai/v1/responses' }] },
    },
  ],
  keyPrefixes: ['glpat-'],
  phrases: relayedPhrases,
  pauses: relayedPauses,
  auth: [
    {
      by: 'token',
      url: 'https://{instance}/api/v4/ai/third_party_agents/direct_access',
      grant: {
        type: 'exchange',
        method: 'POST',
        field: 'apiKey',
        shown: { by: 'bearer' },
        // Half an hour, of which the vendor's own package uses so much.
        lifeSeconds: 1500,
        headersBegin: 'x-gitlab-',
      },
      placed: { by: 'bearer' },
    },
  ],
  headers: { 'anthropic-version': '2023-06-01' },
});
