import { chatOnly, filtered, messages, reasoning, relayed, repeated } from './common-fixtures.ts';
import type { ProviderFixtures } from './contract-suite.ts';

const jwt = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify(claims), ''].map((text) => Buffer.from(text).toString('base64url')).join('.');
const codexTokens = {
  id_token: jwt({ 'https://api.openai.com/auth': { chatgpt_account_id: 'acc-1' } }),
  access_token: jwt({ exp: 1 }),
  refresh_token: 'rt-1',
};
/** Providers whose accounts have no key that calls carry as it is: subscriptions, and service keys. */
export const accountFixtures: Readonly<Record<string, ProviderFixtures>> = {
  'github-copilot': {
    credential: { githubToken: 'ghu_test' },
    headers: {
      'copilot-integration-id': 'vscode-chat',
      'editor-version': 'vscode/1.103.2',
      'copilot-vision-request': 'true',
      'anthropic-version': '2023-06-01',
    },
    perCall: 'token',
    models: { 'openai-responses': 'gpt-5.1-codex', 'anthropic-messages': 'claude-sonnet-4.5' },
    paths: { ...chatOnly, embeddings: '/embeddings' },
    others: { 'openai-responses': { chat: '/responses' }, 'anthropic-messages': { chat: '/v1/messages' } },
    refusals: [
      ...repeated.filter(({ status, means }) => status !== 429 || means === 'quota_exhausted'),
      { status: 402, code: 'quota_exceeded', message: 'You have no quota', means: 'quota_exhausted' },
      {
        status: 429,
        code: 'rate_limited',
        message: 'Sorry, you have exceeded your Copilot token usage.',
        means: 'rate_limited',
      },
      {
        status: 400,
        code: 'model_not_supported',
        message: 'The requested model is not supported.',
        means: 'not_found',
      },
    ],
  },
  gitlab: {
    credential: { apiKey: 'glpat-test' },
    headers: { 'anthropic-version': '2023-06-01' },
    perCall: 'token',
    models: { 'anthropic-messages': 'claude-sonnet-4-5-20250929', 'openai-responses': 'gpt-5.3-codex' },
    paths: { chat: '/anthropic/v1/messages' },
    others: {
      'openai-chat': { chat: '/openai/v1/chat/completions' },
      'openai-responses': { chat: '/openai/v1/responses' },
    },
    refusals: relayed,
  },
  'sap-ai-core': {
    credential: {
      serviceKey: JSON.stringify({
        clientid: 'sb-1!b2|aicore!b3',
        clientsecret: 'secret=',
        url: 'https://house.authentication.eu10.hana.ondemand.com',
        serviceurls: { AI_API_URL: 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com' },
      }),
    },
    settings: { apiHost: 'api.ai.example.com', resourceGroup: 'house' },
    headers: { 'ai-resource-group': 'house' },
    perCall: 'token',
    listed: {
      path: '/lm/deployments?status=RUNNING&$top=1000',
      body: {
        count: 3,
        resources: ['one', 'two', undefined].map((name) => ({
          id: `d-${name}`,
          details: { resources: { backendDetails: name === undefined ? {} : { model: { name, version: 'latest' } } } },
        })),
      },
      names: ['d-one/one', 'd-two/two'],
    },
    models: {
      'anthropic-messages': 'd0123/anthropic--claude-4.5-sonnet',
      gemini: 'd0456/gemini-2.5-pro',
    },
    paths: {
      chat: '/inference/deployments/some%20model/chat/completions?api-version=2024-10-21',
      embeddings: '/inference/deployments/some%20model/embeddings?api-version=2024-10-21',
    },
    others: {
      'anthropic-messages': { chat: '/inference/deployments/d0123/invoke' },
      gemini: { chat: '/inference/deployments/d0456/models/gemini-2.5-pro:generateContent' },
    },
    streamed: {
      'anthropic-messages': '/inference/deployments/d0123/invoke-with-response-stream',
      gemini: '/inference/deployments/d0456/models/gemini-2.5-pro:streamGenerateContent',
    },
    quirks: [
      ...reasoning.slice(0, 1),
      {
        model: 'd0789/sonar-pro',
        body: { model: 'd0789/sonar-pro', messages },
        becomes: { model: 'sonar-pro', messages },
      },
      {
        protocol: 'anthropic-messages',
        model: 'd0123/anthropic--claude-4.5-sonnet',
        body: { model: 'm', max_tokens: 5, stream: true, messages },
        becomes: { max_tokens: 5, messages, anthropic_version: 'bedrock-2023-05-31' },
      },
    ],
    refusals: [...repeated, filtered],
  },
  codex: {
    credential: { auth: JSON.stringify({ OPENAI_API_KEY: null, tokens: codexTokens }) },
    headers: { 'chatgpt-account-id': 'acc-1', 'openai-beta': 'responses=experimental', originator: 'codex_cli_rs' },
    perCall: 'token',
    listed: {
      path: '/codex/models?client_version=1.0.0',
      body: { models: [{ slug: 'one', visibility: 'list' }, { slug: 'two' }, { slug: 'old', visibility: 'hide' }] },
    },
    paths: { chat: '/codex/responses', compact: '/codex/responses/compact', 'web-search': '/codex/alpha/search' },
    quirks: [
      {
        model: 'gpt-5.5',
        body: { model: 'm', input: 'hi', max_output_tokens: 5, temperature: 1 },
        becomes: { model: 'm', input: 'hi', store: false, stream: true, instructions: '' },
      },
      {
        model: 'gpt-5.5',
        body: {
          instructions: 'Be.',
          input: [
            { role: 'system', content: 'Brief.' },
            { role: 'user', content: 'hi' },
            { role: 'system', content: [{ type: 'input_text', text: 'Kind.' }] },
          ],
          store: true,
          stream: true,
        },
        becomes: {
          instructions: 'Be.\n\nBrief.\n\nKind.',
          input: [{ role: 'user', content: 'hi' }],
          store: false,
          stream: true,
        },
      },
    ],
    balances: [
      {
        path: '/wham/usage',
        body: { plan_type: 'plus', rate_limit: { primary_window: { used_percent: 12, limit_window_seconds: 18_000 } } },
        balances: [{ amount: '88', currency: '% of 5 h' }],
      },
    ],
    refusals: [
      { status: 429, code: 'usage_limit_reached', means: 'quota_exhausted' },
      { status: 429, code: 'usage_limit_reached', message: 'Try again in 3 hours.', means: 'rate_limited' },
      { status: 429, message: 'Too many requests', means: 'rate_limited' },
    ],
  },
};
