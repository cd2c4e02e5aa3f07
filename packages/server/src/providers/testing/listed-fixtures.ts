import type { ProviderFixtures } from './contract-suite.ts';

/** What clouds say of their models, as their pages have it: in several lists, page by page. */
type Listed = NonNullable<ProviderFixtures['listed']>;

export const bedrockListed: Listed = {
  path: '/foundation-models',
  body: {
    modelSummaries: [
      { modelId: 'amazon.titan-embed-text-v2:0', inferenceTypesSupported: ['ON_DEMAND', 'PROVISIONED'] },
      { modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0', inferenceTypesSupported: ['INFERENCE_PROFILE'] },
    ],
  },
  also: {
    '/inference-profiles?maxResults=1000': {
      inferenceProfileSummaries: [
        { inferenceProfileId: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', status: 'ACTIVE' },
      ],
      nextToken: 'n/1',
    },
    '/inference-profiles?maxResults=1000&nextToken=n%2F1': {
      inferenceProfileSummaries: [{ inferenceProfileId: 'global.amazon.nova-2-lite-v1:0', status: 'ACTIVE' }],
    },
  },
  names: [
    'amazon.titan-embed-text-v2:0',
    'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'global.amazon.nova-2-lite-v1:0',
  ],
};

export const vertexListed: Listed = {
  path: '/v1beta1/publishers/google/models?pageSize=100',
  body: {
    publisherModels: ['gemini-2.5-pro', 'bert-base', 'veo-3.1-generate-001'].map((name) => ({
      name: `publishers/google/models/${name}`,
      versionId: 'default',
    })),
    nextPageToken: 'p2',
  },
  also: {
    '/v1beta1/publishers/google/models?pageSize=100&pageToken=p2': {
      publisherModels: [{ name: 'publishers/google/models/gemini-3-flash' }],
    },
    '/v1beta1/publishers/anthropic/models?pageSize=100': {
      publisherModels: [
        { name: 'publishers/anthropic/models/claude-sonnet-4-5', versionId: '20250929' },
        { name: 'publishers/anthropic/models/claude-opus-4-6', versionId: 'default' },
      ],
    },
    '/v1beta1/publishers/mistralai/models?pageSize=100': {
      publisherModels: [{ name: 'publishers/mistralai/models/codestral-2' }],
    },
    '/v1beta1/publishers/meta/models?pageSize=100': {
      publisherModels: [
        { name: 'publishers/meta/models/llama-4-maverick-17b-128e-instruct-maas' },
        { name: 'publishers/meta/models/llama2' },
      ],
    },
    ...Object.fromEntries(
      ['deepseek-ai', 'qwen', 'openai', 'moonshotai', 'minimaxai', 'zai-org'].map((maker) => [
        `/v1beta1/publishers/${maker}/models?pageSize=100`,
        {},
      ]),
    ),
  },
  names: [
    'gemini-2.5-pro',
    'veo-3.1-generate-001',
    'gemini-3-flash',
    'claude-sonnet-4-5@20250929',
    'claude-opus-4-6',
    'codestral-2',
    'meta/llama-4-maverick-17b-128e-instruct-maas',
  ],
};
