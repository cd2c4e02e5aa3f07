import { readChunkFrames } from '@tollgate/wire/protocols/anthropic-messages/chunk-frames';
import { readConverseError } from '@tollgate/wire/protocols/bedrock-converse/errors';
import { z } from 'zod';
import { type ClientHeader, defineProvider } from './define.ts';
import { awsAuth, awsCredential, awsRegion } from './shared/aws.ts';
import { bedrockListing } from './shared/listings.ts';
import { anthropicInBody } from './shared/hosted.ts';

/** The betas that the page lists; Bedrock refuses a call with any other, and wants them in the body. */
const bedrockBetas: ClientHeader = {
  accepts: [
    'computer-use-2025-01-24',
    'computer-use-2024-10-22',
    'token-efficient-tools-2025-02-19',
    'interleaved-thinking-2025-05-14',
    'output-128k-2025-02-19',
    'dev-full-thinking-2025-05-14',
    'context-1m-2025-08-07',
    'context-management-2025-06-27',
    'effort-2025-11-24',
    'tool-search-tool-2025-10-19',
    'tool-examples-2025-10-29',
  ],
  inBody: 'anthropic_beta',
  source:
    'https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html',
};

/**
 * Amazon Bedrock, by its Converse API, and for Claude also by Anthropic's own. Signed with an access key (Signature Version 4, over each body), or asked with a
 * Bedrock API key, a plain bearer token. A channel's base URL replaces the region's own, for a VPC endpoint; the region is
 * part of the signature all the same.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
 */
export const bedrock = defineProvider({
  id: 'bedrock',
  label: 'Amazon Bedrock',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
  baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
  credential: awsCredential,
  settings: z.strictObject({
    region: awsRegion,
    profile: z.enum(['', 'us', 'us-gov', 'eu', 'apac', 'jp', 'au', 'ca', 'global']).default('').meta({
      label: 'Inference profile',
      help: 'Where models may run beside the region: put before the names of models that say nothing of it.',
    }),
    textApi: z.enum(['auto', 'converse']).default('auto').meta({
      label: 'Text API',
      help: 'auto: Claude is asked in Anthropic’s own protocol by who speaks it; converse: everything by Converse, as guardrails want it.',
    }),
  }),
  // Of a user, and of a session: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-how.html
  keyPrefixes: ['ABSK', 'bedrock-api-key-'],
  modelNames: [
    // https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
    {
      setting: 'profile',
      match: /^(?!(?:us|us-gov|eu|apac|jp|au|ca|global)\.)([a-z0-9-]+\.[^/]+)$/,
      to: '{profile}.$1',
    },
  ],
  dialects: [
    {
      protocol: 'bedrock-converse',
      // Model ids, ARNs and inference profiles stand in the path as one segment.
      paths: {
        chat: [{ when: { stream: true }, path: '/model/{model}/converse-stream' }, { path: '/model/{model}/converse' }],
      },
    },
    // Claude in Anthropic's own protocol too, so that its clients' bytes pass.
    {
      protocol: 'anthropic-messages',
      paths: {
        chat: [
          { when: { settings: { textApi: 'converse' } }, path: undefined },
          { when: { family: 'claude', stream: true }, path: '/model/{model}/invoke-with-response-stream' },
          { when: { family: 'claude' }, path: '/model/{model}/invoke' },
        ],
      },
      quirks: [
        anthropicInBody({
          name: 'the version stands in the body, the model and whether to stream in the path',
          source:
            'https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html',
          version: 'bedrock-2023-05-31',
          drops: ['model', 'stream'],
        }),
      ],
      clientHeaders: { 'anthropic-beta': bedrockBetas },
      wrapping: { streamType: 'application/vnd.amazon.eventstream', open: readChunkFrames },
      readError: readConverseError,
    },
    // What is no conversation has bodies of each maker's own.
    { protocol: 'bedrock-invoke', paths: { embeddings: '/model/{model}/invoke' }, readError: readConverseError },
  ],
  suffixes: 'claude',
  // https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
  phrases: {
    // The daily quota; other throttling passes within a minute.
    quota_exhausted: ['too many tokens per day', 'invalid_payment_instrument'],
    not_permitted: [
      'not allowed from unsupported countries',
      'use case details have not been submitted',
      'have access to the model with the specified model id',
      'operation not allowed',
      'account is not authorized',
    ],
  },
  listing: bedrockListing,
  auth: awsAuth('bedrock'),
});
