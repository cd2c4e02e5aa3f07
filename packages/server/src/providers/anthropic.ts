import { defineProvider } from './define.ts';
import { apiKeyCredential, noSettings } from './shared/credentials.ts';
import { anthropicCosts } from './shared/cost-reports.ts';
import { anthropicListing } from './shared/listings.ts';

export const anthropic = defineProvider({
  id: 'anthropic',
  label: 'Anthropic',
  docs: 'https://docs.anthropic.com/en/api/messages',
  baseUrl: 'https://api.anthropic.com',
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [
    {
      protocol: 'anthropic-messages',
      clientHeaders: { 'anthropic-version': { accepts: 'all' }, 'anthropic-beta': { accepts: 'all' } },
      paths: {
        chat: '/v1/messages',
        'count-tokens': '/v1/messages/count_tokens',
        files: '/v1/files',
        batches: '/v1/messages/batches',
        skills: '/v1/skills',
        agents: '/v1/agents',
        environments: '/v1/environments',
        vaults: '/v1/vaults',
      },
    },
  ],
  suffixes: 'claude',
  keyPrefixes: ['sk-ant-'],
  listing: anthropicListing,
  costReport: anthropicCosts,
  auth: [{ by: 'header', header: 'x-api-key', field: 'apiKey' }],
  phrases: {
    quota_exhausted: ['credit balance is too low', 'usage limit reached', 'reached your specified api usage limits'],
    not_permitted: ['organization has been disabled', 'not available in your', 'request not allowed'],
  },
  // https://platform.claude.com/docs/en/api/rate-limits#response-headers
  pauses: {
    words: ['regain access on'],
    resets: ['requests', 'tokens', 'input-tokens', 'output-tokens'].map((counted) => ({
      header: `anthropic-ratelimit-${counted}-reset`,
      as: 'date',
      left: `anthropic-ratelimit-${counted}-remaining`,
    })),
  },
  headers: { 'anthropic-version': '2023-06-01' },
});
