import { z } from 'zod';
import { defineProvider } from './define.ts';
import { awsAuth, awsCredential, awsRegion } from './shared/aws.ts';
import { readModelList } from './shared/listings.ts';
import { openaiPhrases } from './shared/phrases.ts';

/**
 * Bedrock's other endpoint, where its models are asked by OpenAI's protocols and Claude by Anthropic's. Some models stand below
 * `/openai/v1` there instead of `/v1`: a channel for them has that in its base URL.
 */
export const bedrockMantle = defineProvider({
  id: 'bedrock-mantle',
  label: 'Amazon Bedrock (Mantle)',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html',
  baseUrl: 'https://bedrock-mantle.{region}.api.aws',
  credential: awsCredential,
  settings: z.strictObject({ region: awsRegion }),
  dialects: [
    {
      protocol: 'openai-chat',
      paths: { chat: [{ when: { family: 'claude' }, path: undefined }, { path: '/v1/chat/completions' }] },
    },
    {
      protocol: 'openai-responses',
      paths: { chat: [{ when: { family: 'claude' }, path: undefined }, { path: '/v1/responses' }] },
    },
    // As Anthropic's SDK for it has it (`AnthropicBedrockMantle` of @anthropic-ai/bedrock-sdk).
    {
      protocol: 'anthropic-messages',
      clientHeaders: { 'anthropic-version': { accepts: 'all' } },
      paths: { chat: [{ when: { family: 'claude' }, path: '/anthropic/v1/messages' }] },
    },
  ],
  suffixes: 'claude',
  phrases: openaiPhrases,
  listing: {
    path: '/v1/models',
    read: readModelList,
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html',
  },
  auth: awsAuth('bedrock-mantle'),
  headers: { 'anthropic-version': '2023-06-01' },
});
