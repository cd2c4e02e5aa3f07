import { z } from 'zod';
import { defineProvider, type Dialect } from './define.ts';
import type { Path } from './path.ts';
import { apiKeyCredential, headerSetting, jsonSecret, noSettings } from './shared/credentials.ts';
import { anthropicInBody, withoutCallIds } from './shared/hosted.ts';
import { geminiInteractionsDialect } from './shared/gemini-interactions.ts';
import { vertexListing } from './shared/listings.ts';
import { googlePauses, googlePhrases } from './shared/phrases.ts';
import { textApiOf, unlessRuledOut } from './shared/text-apis.ts';

const region = z.string().regex(/^[a-z]+(?:-[a-z]+\d{1,2})?$/, 'must be a region such as us-east5, or global');

const located = '/v1/projects/{project}/locations/{region}';
const google = `${located}/publishers/google/models`;
const claude = `${located}/publishers/anthropic/models`;
const mistral = `${located}/publishers/mistralai/models`;

/** Models of other makers, which have APIs of their own here. */
const notGoogles = [
  { when: { family: 'claude' }, path: undefined },
  { when: { family: 'mistral' }, path: undefined },
  { when: { resold: true }, path: undefined },
] as const satisfies Path;

const geminiDialect = (models: string, others: typeof notGoogles | readonly []): Dialect => ({
  protocol: 'gemini',
  paths: {
    chat: [
      ...others,
      { when: { stream: true }, path: `${models}/{model}:streamGenerateContent?alt=sse` },
      { path: `${models}/{model}:generateContent` },
    ],
    'count-tokens': [...others, { path: `${models}/{model}:countTokens` }],
    images: [
      ...others,
      { when: { family: 'gemini' }, path: `${models}/{model}:generateContent` },
      { path: `${models}/{model}:predict` },
    ],
    // https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
    videos: [
      ...others,
      { when: { family: 'gemini' }, path: undefined },
      { path: `${models}/{model}:predictLongRunning` },
    ],
    predict: [...others, { when: { family: 'gemini' }, path: undefined }, { path: `${models}/{model}:predict` }],
    // https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/multimodal-live
    live: [...others, { path: '/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent' }],
  },
  modelPath: `${models.slice(models.indexOf('/', 1) + 1)}/{model}`,
  videos: { status: '/v1/{id+}:fetchPredictOperation' },
  quirks: [withoutCallIds],
});

/**
 * Interactions, which Google documents for `global`; elsewhere they are asked for only where the channel says so. In express mode there are none.
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/capabilities/interactions/developer-guide, and the path as
 * `@google/genai` has it. https://discuss.ai.google.dev/t/174024
 */
const interactions = '/v1beta1/projects/{project}/locations/{region}/interactions';
const interactionsDialect: Dialect = {
  ...geminiInteractionsDialect,
  paths: {
    chat: [
      ...notGoogles,
      { when: { settings: { region: 'global' } }, path: interactions },
      { when: { settings: { textApi: 'interactions' } }, path: interactions },
    ],
  },
};

/** By which of Google's two text APIs Gemini is asked. */
const generateContent = geminiDialect(google, notGoogles);
const textApis = [generateContent, interactionsDialect] as const;

/**
 * Vertex AI by the key file of a service account: Gemini, Claude, Mistral, and the open models that it serves by OpenAI's
 * protocol, which are named with their makers (`meta/llama-4-maverick-17b-128e-instruct-maas`). The project is the
 * account's own unless another is given.
 */
export const vertex = defineProvider({
  id: 'vertex',
  label: 'Google Vertex AI',
  docs: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference',
  baseUrl: 'https://{region}-aiplatform.googleapis.com',
  // https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations, and as Google's and Anthropic's SDKs have it.
  elsewhere: [
    { when: { region: 'global' }, baseUrl: 'https://aiplatform.googleapis.com' },
    { when: { region: 'us' }, baseUrl: 'https://aiplatform.us.rep.googleapis.com' },
    { when: { region: 'eu' }, baseUrl: 'https://aiplatform.eu.rep.googleapis.com' },
  ],
  // https://cloud.google.com/iam/docs/keys-create-delete
  keyPatterns: [String.raw`^\{[^]*"type"\s*:\s*"service_account"[^]*\}$`],
  keyField: 'serviceAccount',
  credential: z.strictObject({
    serviceAccount: jsonSecret(
      'Service account key',
      ['client_email', 'private_key', 'private_key_id', 'project_id'],
      'The JSON key file of a service account with the role Vertex AI User.',
    ),
  }),
  settings: z.strictObject({
    region: region
      .default('global')
      .meta({ label: 'Region', placeholder: 'global', help: 'Where models are served; global, us, eu or one region.' }),
    regions: z
      .record(z.string(), region)
      .optional()
      .meta({ label: 'Regions by model', help: 'Upstream names of models that are served elsewhere.' }),
    textApi: textApiOf(textApis),
    project: z
      .union([z.string().regex(/^[a-z0-9:.-]{1,63}$/, 'must be the id or number of a project'), z.literal('')])
      .optional()
      .meta({ label: 'Project', help: 'Empty: the service account’s own.' }),
    quotaProject: headerSetting('Quota project', 'Whose quota is used, if not the project’s.'),
  }),
  modelNames: [
    // https://docs.claude.com/en/api/claude-on-vertex-ai#api-model-ids
    { match: /^claude-3-5-sonnet-20241022$/, to: 'claude-3-5-sonnet-v2@20241022' },
    { match: /^(claude-.*)-(\d{8})(?=$|-)/, to: '$1@$2' },
  ],
  fromCredential: { project: 'serviceAccount.project_id' },
  byModel: { region: 'regions' },
  dialects: [
    unlessRuledOut(generateContent, textApis),
    unlessRuledOut(interactionsDialect, textApis),
    {
      protocol: 'anthropic-messages',
      paths: {
        chat: [
          { when: { family: 'claude', stream: true }, path: `${claude}/{model}:streamRawPredict` },
          { when: { family: 'claude' }, path: `${claude}/{model}:rawPredict` },
        ],
        'count-tokens': [{ when: { family: 'claude' }, path: `${claude}/count-tokens:rawPredict` }],
      },
      clientHeaders: {
        // Those that Google's pages name; one that it does not know fails the call.
        'anthropic-beta': {
          accepts: ['interleaved-thinking-2025-05-14', 'context-1m-2025-08-07', 'web-search-2025-03-05'],
          source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude',
        },
      },
      quirks: [
        anthropicInBody({
          name: 'the version stands in the body, and the model in the path',
          source: 'https://docs.claude.com/en/api/claude-on-vertex-ai',
          version: 'vertex-2023-10-16',
          drops: ['model'],
        }),
      ],
    },
    {
      protocol: 'openai-chat',
      paths: {
        chat: [
          // https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/mistral
          { when: { family: 'mistral', resold: false, stream: true }, path: `${mistral}/{model}:streamRawPredict` },
          { when: { family: 'mistral', resold: false }, path: `${mistral}/{model}:rawPredict` },
          // https://cloud.google.com/vertex-ai/generative-ai/docs/maas/call-open-model-apis
          { when: { resold: true }, path: `${located}/endpoints/openapi/chat/completions` },
        ],
      },
    },
  ],
  suffixes: 'gemini',
  phrases: googlePhrases,
  pauses: googlePauses,
  listing: vertexListing,
  // https://developers.google.com/identity/protocols/oauth2/service-account#httprest
  auth: [
    {
      by: 'token',
      url: 'https://oauth2.googleapis.com/token',
      grant: {
        type: 'jwt-bearer',
        issuer: 'serviceAccount.client_email',
        privateKey: 'serviceAccount.private_key',
        keyId: 'serviceAccount.private_key_id',
        algorithm: 'RS256',
        audience: 'https://oauth2.googleapis.com/token',
        scope: 'https://www.googleapis.com/auth/cloud-platform',
      },
      placed: { by: 'bearer' },
    },
  ],
  headers: { 'x-goog-user-project': '{quotaProject}' },
});

/** Vertex AI in express mode: one API key, Gemini only, no project and no region. */
export const vertexExpress = defineProvider({
  id: 'vertex-express',
  label: 'Google Vertex AI (express mode)',
  docs: 'https://cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview',
  baseUrl: 'https://aiplatform.googleapis.com',
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [geminiDialect('/v1/publishers/google/models', [])],
  suffixes: 'gemini',
  phrases: googlePhrases,
  pauses: googlePauses,
  auth: [{ by: 'header', header: 'x-goog-api-key', field: 'apiKey' }],
});
