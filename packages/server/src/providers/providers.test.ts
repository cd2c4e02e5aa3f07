import { describe, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import { traitsByName } from '@tollgate/wire/models/by-name';
import type { JsonObject, Operation } from '@tollgate/wire/protocol';
import { planExchange } from '../domain/plan-exchange.ts';
import { vendors } from './compatible.ts';
import { findProvider, providers } from './index.ts';
import { pathFor } from './path.ts';
import type { CompatibleVendor } from './shared/openai-compatible.ts';
import { accountFixtures } from './testing/account-fixtures.ts';
import { balanceFixtures } from './testing/balance-fixtures.ts';
import { bedrockListed, vertexListed } from './testing/listed-fixtures.ts';
import { chatOnly, filtered, messages, prepaid, reasoning, relayed, repeated } from './testing/common-fixtures.ts';
import { catalogueSdks, catalogueUrls, documentedUrls } from './testing/documented-urls.ts';
import { describeDialects } from './testing/dialects.ts';
import { mediaFixtures } from './testing/media-fixtures.ts';
import { describeProvider, type ProviderFixtures } from './testing/contract-suite.ts';

const bearer = { authorization: 'Bearer sk-test' };
const both = { chat: '/chat/completions', completions: '/completions' };
const withEmbeddings = { ...both, embeddings: '/embeddings' };
const withRerank = { ...withEmbeddings, rerank: '/rerank' };
const audio = { speech: '/audio/speech', transcriptions: '/audio/transcriptions' };
const translations = { translations: '/audio/translations' };
const images = { images: '/images/generations', 'image-edits': '/images/edits' };
const variations = { 'image-variations': '/images/variations' };
const videos = { videos: '/videos' };
const realtime = { realtime: '/realtime?model=some%20model' };
const keeping = {
  ...videos,
  ...realtime,
  'transcription-sessions': '/realtime?intent=transcription',
  decisions: '/decisions',
  files: '/files',
  batches: '/batches',
  uploads: '/uploads',
  conversations: '/conversations',
  containers: '/containers',
  'vector-stores': '/vector_stores',
  skills: '/skills',
  agents: '/agents',
  environments: '/agents/environments',
  vaults: '/vaults',
  characters: '/videos/characters',
};
const responses = {
  'openai-responses': {
    chat: '/responses',
    compact: '/responses/compact',
    'count-tokens': '/responses/input_tokens',
    'web-search': '/alpha/search',
  },
};
const responsesAt = (path: string) => ({ 'openai-responses': { chat: path } });
const messagesAt = (path: string) => ({ 'anthropic-messages': { chat: path } });
/** A conversation with a call, and what stands beside it. */
const thoughtless = (more: JsonObject = {}): JsonObject => ({
  messages: [
    ...messages,
    { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f' } }], ...more },
    { role: 'tool', tool_call_id: 'c', content: 'x' },
  ],
});

const accountId = '0123456789abcdef0123456789abcdef';
/** Another gateway, which serves each client by its own protocol. */
const behind = {
  listed: { path: '/v1/models', body: { data: [{ id: 'one' }, { id: 'two' }] } },
  headers: { ...bearer, 'anthropic-version': '2023-06-01' },
  paths: {
    chat: '/v1/chat/completions',
    completions: '/v1/completions',
    embeddings: '/v1/embeddings',
    moderations: '/v1/moderations',
    rerank: '/v1/rerank',
    speech: '/v1/audio/speech',
    transcriptions: '/v1/audio/transcriptions',
    translations: '/v1/audio/translations',
    images: '/v1/images/generations',
    'image-edits': '/v1/images/edits',
    'image-variations': '/v1/images/variations',
    videos: '/v1/videos',
    realtime: '/v1/realtime?model=some%20model',
  },
  others: {
    'openai-responses': {
      chat: '/v1/responses',
      compact: '/v1/responses/compact',
      'web-search': '/v1/alpha/search',
    },
    'anthropic-messages': { chat: '/v1/messages', 'count-tokens': '/v1/messages/count_tokens' },
    gemini: { chat: '/v1beta/models/some%20model:generateContent' },
    suno: { music: '/suno/submit/music' },
    midjourney: { drawings: '/mj/submit/imagine' },
  },
  streamed: { gemini: '/v1beta/models/some%20model:streamGenerateContent?alt=sse' },
  refusals: relayed,
} as const;
const bedrockClaude = '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0';
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const serviceAccount = JSON.stringify({
  type: 'service_account',
  project_id: 'house-1',
  client_email: 'gate@house-1.iam.gserviceaccount.com',
  private_key: privateKey,
  private_key_id: 'k1',
});
const vertexModels = '/v1/projects/house-1/locations/global/publishers';
const callOf = (more: JsonObject): JsonObject => ({
  contents: [
    { role: 'user', parts: [{ text: 'hi' }] },
    { role: 'model', parts: [{ functionCall: { name: 'f', args: {}, ...more } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'f', response: {}, ...more } }] },
  ],
});
const callIds = { model: 'gemini-3-pro', body: callOf({ id: 'c1' }), becomes: callOf({}) };

const ofZhipu = [
  { status: 429, code: '1113', message: '您的账户已欠费，请充值后重试', means: 'quota_exhausted' },
  { status: 429, code: '1302', message: '您当前使用该 API 的并发数过高', means: 'rate_limited' },
  { status: 400, code: '1211', message: '模型不存在，请检查模型代码', means: 'not_found' },
  { status: 400, code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容', means: 'content_filter' },
  { status: 400, code: '1214', message: 'messages: 1211 items', means: 'bad_request' },
] as const;
const ofArk = [
  { status: 403, code: 'AccountOverdueError', means: 'quota_exhausted' },
  { status: 400, code: 'SensitiveContentDetected', means: 'content_filter' },
  { status: 404, code: 'InvalidEndpointOrModel.NotFound', means: 'not_found' },
  { status: 429, code: 'ModelAccountRpmRateLimitExceeded', means: 'rate_limited' },
] as const;
const withImage = (url: string) => ({
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'data:image/png;base64,QUJD' },
        { type: 'image_url', image_url: { url, detail: 'low' } },
      ],
    },
  ],
});
const bareBase64 = [
  { model: 'glm-4.6v', body: withImage('data:image/png;base64,QUJD'), becomes: withImage('QUJD') },
  ...['https://example.com/a.png', 'QUJD'].map((url) => ({
    model: 'glm-4.6v',
    body: withImage(url),
    becomes: withImage(url),
  })),
];

const twoModels = { data: [{ id: 'one' }, { id: 'two' }], has_more: false, first_id: 'one', last_id: 'two' };

/** Of vendors that serve Claude, and nobody else, by Anthropic's protocol. */
const claudeAlone = { 'anthropic-messages': 'claude-sonnet-4-5' };
const counting = (path: string) => ({ 'anthropic-messages': { chat: path, 'count-tokens': `${path}/count_tokens` } });

/** What the pages of each row's vendor say, where it is more than Chat Completions at OpenAI's paths with a key. */
const ofRows: Readonly<Record<string, Partial<ProviderFixtures>>> = {
  openrouter: {
    refusals: relayed,
    balances: [
      {
        path: '/credits',
        body: { data: { total_credits: 100.5, total_usage: 25.75 } },
        balances: [{ amount: '74.75', currency: 'USD' }],
      },
      {
        path: '/credits',
        body: { data: { total_credits: 1.1, total_usage: 1.2 } },
        balances: [{ amount: '-0.1', currency: 'USD' }],
      },
      {
        path: '/key',
        body: { data: { label: 'x', usage: 0.5, limit: 5, limit_remaining: 4.5 } },
        balances: [{ amount: '4.5', currency: 'USD' }],
      },
    ],
    usage: [
      {
        raw: {
          prompt_tokens: 194,
          completion_tokens: 2,
          cost: 0.95,
          prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 100, audio_tokens: 0 },
        },
        buckets: { inputText: 90, cacheRead: 4, cacheWrite5m: 100, inputAudio: 0, outputText: 2 },
      },
    ],
  },
  zenmux: { headers: { ...bearer, 'anthropic-version': '2023-06-01' } },
  siliconflow: {
    refusals: prepaid,
    quirks: [
      {
        model: 'flux',
        body: { model: 'flux', prompt: 'A cat', size: '1024x1024', n: 2 },
        becomes: { model: 'flux', prompt: 'A cat', image_size: '1024x1024', batch_size: 2 },
      },
    ],
    balances: [
      {
        path: '/user/info',
        at: 'https://api.siliconflow.cn/v1',
        body: { code: 20_000, status: true, data: { balance: '0.88', chargeBalance: '88.00', totalBalance: '88.88' } },
        balances: [{ amount: '88.88', currency: 'CNY' }],
      },
    ],
  },
  'github-models': { listed: { path: '/../catalog/models', body: [{ id: 'one' }, { id: 'two' }] } },
  'merge-gateway': {
    refusals: relayed,
    listed: {
      path: '/models',
      body: { data: [{ model: 'one' }, { model: 'two' }], has_more: false, next_cursor: null },
    },
  },
  ...balanceFixtures,
  abacus: { models: claudeAlone },
  aimlapi: { models: claudeAlone },
  'stepfun-plan': { others: { 'anthropic-messages': { chat: '/messages', 'count-tokens': '/messages/count_tokens' } } },
  poe: {
    models: claudeAlone,
    balances: [
      {
        path: '/../usage/current_balance',
        body: { current_point_balance: 1500 },
        balances: [{ amount: '1500', currency: 'points' }],
      },
    ],
  },
  vercel: {
    balances: [
      {
        path: '/credits',
        body: { balance: '95.50', total_used: '4.50' },
        balances: [{ amount: '95.50', currency: 'USD' }],
      },
    ],
  },
  databricks: { settings: { host: 'dbc-1.cloud.databricks.com' }, models: claudeAlone },
  digitalocean: { models: claudeAlone },
  aihubmix: {
    models: { gemini: 'gemini-2.5-pro' },
    ownHeaders: { gemini: { 'x-goog-api-key': 'sk-test' } },
    streamed: { gemini: 'https://aihubmix.com/gemini/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse' },
  },
  'nano-gpt': {
    others: counting('/messages'),
    balances: [
      {
        path: '/../check-balance',
        body: { usd_balance: '129.46956147', nano_balance: '26.71801147' },
        balances: [{ amount: '129.46956147', currency: 'USD' }],
      },
    ],
  },
  sglang: { others: counting('/messages') },
  neon: { settings: { host: 'ep-1.apirest.aws.neon.tech' } },
  'snowflake-cortex': { settings: { account: 'org-account' }, models: claudeAlone },
};

const openaiPaths: Readonly<Partial<Record<Operation, string>>> = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
  moderations: '/moderations',
  rerank: '/rerank',
  ...audio,
  ...translations,
  ...images,
  ...variations,
  tokenize: '/../tokenize',
};

/** What a row promises, told by what OpenAI and Anthropic have where; nothing of it is asked of the code. */
function fixturesOf({ id, operations, others = [], keyless }: CompatibleVendor): ProviderFixtures {
  const credential = keyless ? { credential: {}, headers: {} } : { headers: bearer };
  const elsewhere = others.map(({ protocol }) => [
    protocol,
    { chat: documentedUrls[`${id} ${protocol}`] ?? 'nowhere' },
  ]);
  return {
    refusals: repeated,
    ...credential,
    paths: operations
      ? Object.fromEntries(operations.map((operation) => [operation, openaiPaths[operation]]))
      : openaiPaths,
    ...(others.length > 0 && { others: Object.fromEntries(elsewhere) }),
    ...ofRows[id],
  };
}

/** Vendors of the catalogue whose address here is another, or who are not here, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  bailing: 'the catalogue has the path of the endpoint with it',
  'cloudflare-workers-ai': 'the account is a setting',
  'minimax-cn-coding-plan': 'asked as minimax in the region china',
  'minimax-cn': 'asked as minimax in the region china',
  'minimax-coding-plan': 'asked as minimax',
  minimax: 'the catalogue has the address of its Messages',
  neon: 'the host is a setting',
  'perplexity-agent': 'asked as perplexity',
  'snowflake-cortex': 'the account is a setting',
  upstage: 'the catalogue has the address before the last',
};

/** One entry for each provider that is no row of the table; a provider without one fails the last test below. */
const fixtures: Readonly<Record<string, ProviderFixtures>> = {
  openai: {
    refusals: repeated,
    settings: { organization: 'org-1', project: 'proj-1' },
    headers: { ...bearer, 'openai-organization': 'org-1', 'openai-project': 'proj-1' },
    paths: {
      ...withEmbeddings,
      moderations: '/moderations',
      ...audio,
      ...translations,
      ...images,
      ...variations,
      ...keeping,
      live: '/live/sessions',
    },
    quirks: reasoning,
    others: responses,
  },
  'azure-openai': {
    listed: { path: '/openai/deployments?api-version=2023-03-15-preview', body: twoModels },
    refusals: [...repeated, filtered],
    settings: { apiVersion: '2024-10-21' },
    headers: { 'api-key': 'sk-test' },
    paths: {
      chat: '/openai/deployments/some%20model/chat/completions?api-version=2024-10-21',
      completions: '/openai/deployments/some%20model/completions?api-version=2024-10-21',
      embeddings: '/openai/deployments/some%20model/embeddings?api-version=2024-10-21',
      speech: '/openai/deployments/some%20model/audio/speech?api-version=2024-10-21',
      transcriptions: '/openai/deployments/some%20model/audio/transcriptions?api-version=2024-10-21',
      translations: '/openai/deployments/some%20model/audio/translations?api-version=2024-10-21',
      images: '/openai/deployments/some%20model/images/generations?api-version=2024-10-21',
      'image-edits': '/openai/deployments/some%20model/images/edits?api-version=2024-10-21',
      realtime: '/openai/realtime?deployment=some%20model&api-version=2024-10-21',
      'transcription-sessions': '/openai/realtime?intent=transcription&deployment=some%20model&api-version=2024-10-21',
    },
    quirks: reasoning,
    others: {
      'openai-responses': {
        chat: '/openai/responses?api-version=2024-10-21',
        compact: '/openai/responses/compact?api-version=2024-10-21',
        'count-tokens': '/openai/responses/input_tokens?api-version=2024-10-21',
      },
    },
  },
  deepseek: {
    refusals: prepaid,
    headers: bearer,
    paths: { chat: '/chat/completions', completions: '/beta/completions' },
    others: messagesAt('/anthropic/v1/messages'),
    balances: [
      {
        path: '/user/balance',
        body: {
          is_available: true,
          balance_infos: [
            { currency: 'CNY', total_balance: '110.00', granted_balance: '10.00', topped_up_balance: '100.00' },
          ],
        },
        balances: [{ amount: '110.00', currency: 'CNY' }],
      },
    ],
    quirks: [
      { model: 'deepseek-reasoner', body: thoughtless(), becomes: thoughtless({ reasoning_content: '' }) },
      ...[{ reasoning_content: 'Hm.' }, { reasoning_content: '' }].map((told) => ({
        model: 'deepseek-reasoner',
        body: thoughtless(told),
        becomes: thoughtless(told),
      })),
      { model: 'deepseek-chat', body: thoughtless(), becomes: thoughtless() },
      {
        model: 'deepseek-chat',
        body: { ...thoughtless(), thinking: { type: 'enabled' } },
        becomes: { ...thoughtless({ reasoning_content: '' }), thinking: { type: 'enabled' } },
      },
      {
        model: 'deepseek-v4-pro',
        body: { ...thoughtless(), thinking: { type: 'disabled' } },
        becomes: { ...thoughtless(), thinking: { type: 'disabled' } },
      },
      { model: 'deepseek-reasoner', body: { messages }, becomes: { messages } },
    ],
    usage: [
      {
        raw: {
          prompt_tokens: 100,
          completion_tokens: 5,
          total_tokens: 105,
          prompt_cache_hit_tokens: 64,
          prompt_cache_miss_tokens: 36,
        },
        buckets: { inputText: 36, cacheRead: 64, outputText: 5 },
      },
    ],
  },
  moonshot: {
    refusals: prepaid,
    headers: bearer,
    paths: chatOnly,
    others: messagesAt('/../anthropic/v1/messages'),
    balances: [
      ['https://api.moonshot.ai/v1', 'USD'],
      ['https://api.moonshot.cn/v1', 'CNY'],
    ].map(([at = '', currency = '']) => ({
      path: '/users/me/balance',
      at,
      body: { code: 0, data: { available_balance: 49.58894, voucher_balance: 46.58893, cash_balance: 3.00001 } },
      balances: [{ amount: '49.58894', currency }],
    })),
    usage: [
      {
        raw: { prompt_tokens: 100, completion_tokens: 5, cached_tokens: 30 },
        buckets: { inputText: 70, cacheRead: 30, outputText: 5 },
      },
    ],
  },
  mistral: {
    refusals: repeated,
    headers: bearer,
    paths: {
      ...chatOnly,
      embeddings: '/embeddings',
      moderations: '/moderations',
      transcriptions: '/audio/transcriptions',
    },
    quirks: [
      {
        model: 'mistral-small-latest',
        body: { messages, max_completion_tokens: 5, stream: true, stream_options: { include_usage: true } },
        becomes: { messages, max_tokens: 5, stream: true },
      },
    ],
  },
  xai: {
    refusals: [
      ...repeated,
      { status: 400, message: 'Incorrect API key provided: xai-***.', means: 'auth' },
      { status: 403, message: 'Content violates usage guidelines. Failed check: SAFETY', means: 'content_filter' },
    ],
    headers: bearer,
    paths: { ...both, ...images },
    others: { ...responsesAt('/responses'), xai: { videos: '/videos/generations' } },
    quirks: [
      {
        model: 'grok-2-image',
        body: { model: 'grok-2-image', prompt: 'A cat', size: '1024x1024', quality: 'high', n: 2 },
        becomes: { model: 'grok-2-image', prompt: 'A cat', n: 2 },
      },
    ],
    usage: [
      {
        raw: {
          prompt_tokens: 32,
          completion_tokens: 9,
          total_tokens: 135,
          completion_tokens_details: { reasoning_tokens: 94 },
        },
        buckets: { inputText: 32, outputText: 103, reasoning: 94 },
      },
    ],
  },
  cohere: {
    refusals: repeated,
    headers: bearer,
    paths: { chat: '/compatibility/v1/chat/completions' },
    listed: {
      path: '/v1/models?page_size=1000',
      body: { models: [{ name: 'one', endpoints: ['chat'] }, { name: 'two' }], next_page_token: '' },
    },
    others: { cohere: { embeddings: '/v2/embed', rerank: '/v2/rerank', tokenize: '/v1/tokenize' } },
  },
  custom: {
    refusals: relayed,
    settings: { textApi: 'auto' },
    headers: bearer,
    paths: {
      ...withRerank,
      moderations: '/moderations',
      ...audio,
      ...translations,
      ...images,
      ...variations,
      ...videos,
      ...realtime,
    },
    others: responses,
  },
  alibaba: {
    refusals: [
      { status: 400, code: 'Arrearage', message: 'Access denied, your account is overdue.', means: 'quota_exhausted' },
      { status: 429, code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded.', means: 'rate_limited' },
      { status: 403, message: 'Free allocated quota exceeded.', means: 'quota_exhausted' },
      { status: 400, code: 'data_inspection_failed', means: 'content_filter' },
      { status: 400, code: 'InvalidApiKey', means: 'auth' },
      { status: 403, code: 'model_not_found', means: 'not_found' },
      { status: 403, code: 'AccessDenied.Unpurchased', means: 'not_permitted' },
    ],
    headers: bearer,
    paths: withEmbeddings,
    others: {
      ...responsesAt('/../../api/v2/apps/protocols/compatible-mode/v1/responses'),
      ...messagesAt('/../../apps/anthropic/v1/messages'),
      dashscope: {
        images: '/../../api/v1/services/aigc/multimodal-generation/generation',
        videos: '/../../api/v1/services/aigc/video-generation/video-synthesis',
      },
    },
  },
  zhipu: {
    refusals: ofZhipu,
    headers: bearer,
    paths: { ...chatOnly, embeddings: '/embeddings' },
    others: { ...messagesAt('/../../anthropic/v1/messages'), zhipu: { videos: '/videos/generations' } },
    quirks: bareBase64,
  },
  'zhipu-coding-plan': {
    refusals: ofZhipu,
    headers: bearer,
    paths: chatOnly,
    others: messagesAt('/../../../anthropic/v1/messages'),
    quirks: bareBase64,
  },
  minimax: {
    refusals: [
      { status: 429, message: 'insufficient balance (1008)', means: 'quota_exhausted' },
      { status: 400, message: 'invalid api key (2049)', means: 'auth' },
      { status: 500, message: 'rate limit (1002)', means: 'rate_limited' },
      { status: 400, message: 'input new_sensitive (1026)', means: 'content_filter' },
      { status: 400, message: 'invalid params (2013)', means: 'bad_request' },
    ],
    headers: bearer,
    paths: chatOnly,
    others: {
      ...responsesAt('/responses'),
      ...messagesAt('/../anthropic/v1/messages'),
      minimax: { videos: '/video_generation' },
    },
  },
  volcengine: {
    refusals: ofArk,
    headers: bearer,
    paths: { ...chatOnly, embeddings: '/embeddings', images: '/images/generations' },
    others: { ...responsesAt('/responses'), ark: { videos: '/contents/generations/tasks' } },
  },
  'volcengine-coding-plan': {
    refusals: ofArk,
    headers: bearer,
    paths: chatOnly,
    others: messagesAt('/../v1/messages'),
  },
  'baidu-qianfan': {
    refusals: [
      { status: 401, code: 'invalid_iam_token', means: 'auth' },
      { status: 401, code: 'invalid_model', message: 'No permission to use the model', means: 'not_found' },
      { status: 429, message: 'Your account has insufficient balance', means: 'quota_exhausted' },
    ],
    settings: { appId: 'app-1' },
    headers: { ...bearer, appid: 'app-1' },
    paths: { ...chatOnly, embeddings: '/embeddings' },
  },
  'tencent-hunyuan': {
    refusals: repeated,
    headers: bearer,
    paths: { ...chatOnly, embeddings: '/embeddings' },
    others: messagesAt('/../anthropic/v1/messages'),
  },
  perplexity: {
    listed: { path: '/v1/models', body: twoModels },
    refusals: repeated,
    headers: bearer,
    paths: { ...chatOnly, embeddings: '/v1/embeddings' },
    others: responsesAt('/v1/responses'),
  },
  jina: { refusals: repeated, headers: bearer, paths: { embeddings: '/embeddings', rerank: '/rerank' } },
  'jina-deepsearch': { refusals: repeated, headers: bearer, paths: chatOnly },
  fastgpt: { refusals: repeated, headers: bearer, paths: chatOnly },
  freemodel: { headers: { 'x-api-key': 'sk-test' }, paths: { chat: '/messages' } },
  anthropic: {
    listed: { path: '/v1/models?limit=1000', body: twoModels },
    refusals: [
      { status: 400, message: 'Your credit balance is too low to access the Anthropic API.', means: 'quota_exhausted' },
    ],
    headers: { 'x-api-key': 'sk-test', 'anthropic-version': '2023-06-01' },
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
  bedrock: {
    listed: bedrockListed,
    refusals: [
      { status: 429, message: 'Too many tokens per day, please wait before trying again.', means: 'quota_exhausted' },
      {
        status: 400,
        message: 'Access to Anthropic models is not allowed from unsupported countries.',
        means: 'not_permitted',
      },
      {
        status: 404,
        message: 'Model use case details have not been submitted for this account.',
        means: 'not_permitted',
      },
      { status: 429, message: 'Too many tokens, please wait before trying again.', means: 'rate_limited' },
    ],
    settings: { region: 'eu-west-1' },
    headers: bearer,
    models: { 'anthropic-messages': 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0' },
    paths: { chat: '/model/some%20model/converse' },
    others: {
      'anthropic-messages': { chat: `${bedrockClaude}/invoke` },
      'bedrock-invoke': { embeddings: '/model/some%20model/invoke' },
    },
    streamed: {
      'bedrock-converse': '/model/some%20model/converse-stream',
      'anthropic-messages': `${bedrockClaude}/invoke-with-response-stream`,
    },
    quirks: [
      {
        protocol: 'anthropic-messages',
        model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
        body: { model: 'm', max_tokens: 5, stream: true, messages },
        becomes: { max_tokens: 5, messages, anthropic_version: 'bedrock-2023-05-31' },
      },
    ],
  },
  'bedrock-mantle': {
    settings: { region: 'eu-west-1' },
    listed: { path: '/v1/models', body: { object: 'list', data: [{ id: 'one' }, { id: 'two' }] } },
    headers: { ...bearer, 'anthropic-version': '2023-06-01' },
    models: { 'anthropic-messages': 'anthropic.claude-sonnet-4-5' },
    paths: { chat: '/v1/chat/completions' },
    others: {
      'openai-responses': { chat: '/v1/responses' },
      'anthropic-messages': { chat: '/anthropic/v1/messages' },
    },
    refusals: repeated,
  },
  dify: {
    headers: bearer,
    paths: { chat: '/chat-messages' },
    refusals: [{ status: 400, code: 'provider_quota_exceeded', means: 'quota_exhausted' }],
  },
  coze: { headers: bearer, paths: { chat: '/v3/chat' } },
  ...accountFixtures,
  ...mediaFixtures,
  cloudflare: {
    listed: { path: '/../models/search?per_page=1000', body: { result: [{ name: 'one' }, { name: 'two' }] } },
    settings: { accountId },
    headers: bearer,
    models: { 'openai-responses': '@cf/openai/gpt-oss-120b' },
    paths: { ...chatOnly, embeddings: '/embeddings' },
    others: { 'openai-responses': { chat: '/responses' } },
    refusals: repeated,
  },
  'cloudflare-ai-gateway': {
    settings: { accountId },
    headers: { 'cf-aig-authorization': 'Bearer sk-test' },
    paths: chatOnly,
    refusals: relayed,
  },
  tollgate: {
    ...behind,
    balances: [
      {
        path: '/api/usage/token',
        body: {
          code: true,
          data: { total_granted: 1, total_used: 0, total_available: 617_283, unlimited_quota: true },
        },
        balances: [{ amount: '1.234566', currency: 'USD' }],
      },
    ],
    paths: { ...behind.paths, live: '/v1/live/sessions' },
    others: {
      ...behind.others,
      'openai-responses': { ...behind.others['openai-responses'], 'count-tokens': '/v1/responses/input_tokens' },
      'gemini-interactions': { chat: '/v1beta/interactions' },
      gemini: {
        ...behind.others.gemini,
        live: '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
      },
    },
  },
  'new-api': {
    ...behind,
    balances: [
      {
        path: '/api/usage/token',
        body: { code: true, data: { total_granted: 100, total_used: 40, total_available: 60, unlimited_quota: false } },
        balances: [{ amount: '60', currency: 'quota' }],
      },
    ],
  },
  'custom-routes': {
    settings: {
      routes: [
        {
          protocol: 'openai-chat',
          clients: ['openai-chat'],
          models: ['re:^some'],
          path: '/a/{model}/chat',
          streamPath: '/a/{model}/stream',
        },
        { protocol: 'openai-chat', operation: 'embeddings', path: '/e' },
        { protocol: 'openai-responses', clients: ['openai-responses'], path: '/r' },
        {
          protocol: 'anthropic-messages',
          clients: ['anthropic-messages'],
          models: ['other', 'some model'],
          path: '/m',
        },
        { protocol: 'gemini-interactions', clients: ['gemini-interactions'], path: '/i' },
        { protocol: 'gemini', path: '/g/{model}', streamPath: '/g/{model}?alt=sse' },
      ],
    },
    models: { 'openai-chat': 'some-model', 'anthropic-messages': 'some model' },
    headers: { ...bearer, 'anthropic-version': '2023-06-01' },
    paths: { chat: '/a/some-model/chat', embeddings: '/e' },
    others: {
      'openai-responses': { chat: '/r' },
      'anthropic-messages': { chat: '/m' },
      gemini: { chat: '/g/some%20model' },
      'gemini-interactions': { chat: '/i' },
    },
    streamed: { 'openai-chat': '/a/some-model/stream', gemini: '/g/some%20model?alt=sse' },
    refusals: relayed,
  },
  vertex: {
    listed: vertexListed,
    credential: { serviceAccount },
    settings: { region: 'global', quotaProject: 'payer' },
    headers: { 'x-goog-user-project': 'payer' },
    perCall: 'token',
    models: { 'anthropic-messages': 'claude-sonnet-4-5@20250929', 'openai-chat': 'meta/llama-maas' },
    paths: {
      chat: `${vertexModels}/google/models/some%20model:generateContent`,
      'count-tokens': `${vertexModels}/google/models/some%20model:countTokens`,
      images: `${vertexModels}/google/models/some%20model:predict`,
      videos: `${vertexModels}/google/models/some%20model:predictLongRunning`,
      predict: `${vertexModels}/google/models/some%20model:predict`,
      live: '/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent',
    },
    others: {
      'gemini-interactions': { chat: '/v1beta1/projects/house-1/locations/global/interactions' },
      'anthropic-messages': {
        chat: `${vertexModels}/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict`,
        'count-tokens': `${vertexModels}/anthropic/models/count-tokens:rawPredict`,
      },
      'openai-chat': { chat: '/v1/projects/house-1/locations/global/endpoints/openapi/chat/completions' },
    },
    streamed: {
      gemini: `${vertexModels}/google/models/some%20model:streamGenerateContent?alt=sse`,
      'anthropic-messages': `${vertexModels}/anthropic/models/claude-sonnet-4-5%4020250929:streamRawPredict`,
    },
    quirks: [
      callIds,
      {
        protocol: 'anthropic-messages',
        model: 'claude-sonnet-4-5@20250929',
        body: { model: 'm', max_tokens: 5, stream: true, messages },
        becomes: { max_tokens: 5, stream: true, messages, anthropic_version: 'vertex-2023-10-16' },
      },
    ],
    refusals: [{ status: 429, message: 'Resource exhausted. Please try again later.', means: 'rate_limited' }],
  },
  'vertex-express': {
    headers: { 'x-goog-api-key': 'sk-test' },
    paths: {
      chat: '/v1/publishers/google/models/some%20model:generateContent',
      'count-tokens': '/v1/publishers/google/models/some%20model:countTokens',
      images: '/v1/publishers/google/models/some%20model:predict',
      videos: '/v1/publishers/google/models/some%20model:predictLongRunning',
      predict: '/v1/publishers/google/models/some%20model:predict',
      live: '/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent',
    },
    streamed: '/v1/publishers/google/models/some%20model:streamGenerateContent?alt=sse',
    quirks: [callIds],
  },
  gemini: {
    listed: {
      path: '/v1beta/models?pageSize=1000',
      body: { models: [{ name: 'models/one' }, { name: 'models/two' }] },
    },
    refusals: [
      // Of a minute's limit, too.
      { status: 429, message: 'You exceeded your current quota, please check your plan.', means: 'rate_limited' },
      { status: 429, message: 'Your prepayment credits are depleted.', means: 'quota_exhausted' },
      { status: 403, code: 'BILLING_DISABLED', means: 'quota_exhausted' },
      { status: 400, message: 'User location is not supported for the API use.', means: 'not_permitted' },
      { status: 403, code: 'SERVICE_DISABLED', means: 'not_permitted' },
    ],
    headers: { 'x-goog-api-key': 'sk-test' },
    paths: {
      chat: '/v1beta/models/some%20model:generateContent',
      'count-tokens': '/v1beta/models/some%20model:countTokens',
      files: '/v1beta/files',
      'file-uploads': '/upload/v1beta/files',
      'cached-contents': '/v1beta/cachedContents',
      'batch-content': '/v1beta/models/some%20model:batchGenerateContent',
      'batch-embed': '/v1beta/models/some%20model:asyncBatchEmbedContent',
      batches: '/v1beta/batches',
      live: '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
      embeddings: '/v1beta/models/some%20model:batchEmbedContents',
      'embed-content': '/v1beta/models/some%20model:embedContent',
      images: '/v1beta/models/some%20model:predict',
      videos: '/v1beta/models/some%20model:predictLongRunning',
      predict: '/v1beta/models/some%20model:predict',
    },
    others: { 'gemini-interactions': { chat: '/v1beta/interactions' } },
    streamed: '/v1beta/models/some%20model:streamGenerateContent?alt=sse',
  },
};

const all = { ...Object.fromEntries(vendors.map((vendor) => [vendor.id, fixturesOf(vendor)])), ...fixtures };

const withFixtures = providers.flatMap((provider) => {
  const own = all[provider.id];
  return own ? [{ provider, fixtures: own }] : [];
});

for (const { provider, fixtures: own } of withFixtures) describeProvider(provider, own);
describeDialects(withFixtures);

describe('the list of providers', () => {
  test('has fixtures for each, and each id once', () => {
    expect(providers.map((provider) => provider.id).toSorted()).toEqual(Object.keys(all).toSorted());
    for (const provider of providers) expect(findProvider(provider.id)).toBe(provider);
    expect(findProvider('constructor')).toBeUndefined();
  });

  test('who has no passthrough for a chat client speaks other protocols alone, or makes videos', () => {
    const without = providers.filter(
      (provider) =>
        planExchange(
          'openai-chat',
          provider,
          () => false,
          () => true,
        ).mode === 'none',
    );
    expect(without.map((provider) => provider.id).toSorted()).toEqual([
      'anthropic',
      'bedrock',
      'codex',
      'coze',
      'dify',
      'freemodel',
      'gemini',
      'jimeng',
      'kling',
      'luma',
      'midjourney-proxy',
      'replicate',
      'runway',
      'suno',
      'vertex-express',
      'vidu',
    ]);
  });

  test('has every vendor of the catalogue that has an address and takes a key', () => {
    const urls = new Set(
      providers.flatMap(({ baseUrl, elsewhere: more = [] }) => [baseUrl, ...more.map((other) => other.baseUrl)]),
    );
    const missing = Object.entries(catalogueUrls).filter(
      ([, url]) => !urls.has(url.replace('${DATABRICKS_HOST}', '{host}')),
    );
    expect(missing.map(([id]) => id)).toEqual(Object.keys(elsewhere));
    for (const [id, [provider, protocol]] of Object.entries(catalogueSdks)) {
      const isSpoken = findProvider(provider)?.dialects.some((dialect) => dialect.protocol === protocol);
      expect([id, isSpoken]).toEqual([id, true]);
    }
  });

  test.each([
    ['auto', 'gpt-5.1', ['openai-chat', 'openai-responses']],
    ['auto', 'gpt-5.1-codex-max', ['openai-responses']],
    ['auto', 'o3-deep-research', ['openai-responses']],
    ['chat', 'gpt-5-pro', ['openai-chat']],
    ['responses', 'gpt-4o', ['openai-responses']],
  ] as const)('OpenAI by %s: %s is asked by %p', (textApi, model, protocols) => {
    const asked = findProvider('openai')?.dialects.filter(
      (dialect) =>
        pathFor(dialect, 'chat', { model, settings: { textApi }, traits: traitsByName(model) }) !== undefined,
    );
    expect(asked?.map((dialect) => dialect.protocol)).toEqual([...protocols]);
  });

  test('Azure without dated versions reads the deployment from the body', () => {
    const target = { model: 'm', settings: { apiVersion: 'v1' } };
    const paths = findProvider('azure-openai')?.dialects.map((dialect) => pathFor(dialect, 'chat', target));
    expect(paths).toEqual(['/openai/v1/chat/completions', '/openai/v1/responses']);
    expect(findProvider('azure-openai')?.settings.parse({})).toMatchObject({ apiVersion: '2025-04-01-preview' });
  });
});
