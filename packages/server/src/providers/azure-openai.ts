import { z } from 'zod';
import { defineProvider } from './define.ts';
import type { PathVariant } from './path.ts';
import { apiKeyCredential } from './shared/credentials.ts';
import { azureListing } from './shared/listings.ts';
import { openaiPauses, openaiPhrases } from './shared/phrases.ts';
import { byTextApi, textApiSetting } from './shared/openai-responses.ts';
import { reasoningMaxTokens } from './shared/quirks.ts';

const undated = { settings: { apiVersion: 'v1' } } as const;

/** A task of a deployment: named in the path with a dated version, in the body without one. */
const ofDeployment = (task: string): readonly PathVariant[] => [
  { when: undated, path: `/openai/v1/${task}` },
  { path: `/openai/deployments/{model}/${task}?api-version={apiVersion}` },
];

/** Responses reads the deployment from the body, whatever the version. */
const ofResponses = (task: string): readonly PathVariant[] => [
  { when: undated, path: `/openai/v1/${task}` },
  { path: `/openai/${task}?api-version={apiVersion}` },
];

/** Videos are made by the API without dated versions alone. */
const ofVideos = (rest: string): readonly PathVariant[] => [{ when: undated, path: `/openai/v1/videos${rest}` }];

/**
 * Azure names a deployment in the path and a version in the query; the upstream model of a channel is the deployment's
 * name. Version `v1` is the API without dated versions, which reads the deployment from the body.
 * https://learn.microsoft.com/en-us/azure/ai-services/openai/reference
 */
export const azureOpenai = defineProvider({
  id: 'azure-openai',
  label: 'Azure OpenAI',
  docs: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/reference',
  // The resource's own address, as the SDK's `endpoint`: https://RESOURCE.openai.azure.com
  baseUrl: undefined,
  credential: apiKeyCredential,
  // Keys of the cognitive services since 2024 carry signatures, for scanners of secrets: https://github.com/microsoft/security-utilities
  keyPatterns: ['^[0-9A-Za-z]{52}JQQJ99[0-9A-Za-z]{18}ACOG[0-9A-Za-z]{4}$'],
  settings: z.strictObject({
    apiVersion: z
      .string()
      .regex(/^(?:v1|\d{4}-\d{2}-\d{2}(?:-preview)?)$/, 'must be v1 or a date such as 2024-10-21')
      .default('2025-04-01-preview')
      .meta({ label: 'API version', placeholder: '2025-04-01-preview', help: 'A dated version, or v1.' }),
    textApi: textApiSetting('auto'),
  }),
  dialects: byTextApi(
    {
      protocol: 'openai-chat',
      paths: {
        chat: ofDeployment('chat/completions'),
        completions: ofDeployment('completions'),
        embeddings: ofDeployment('embeddings'),
        speech: ofDeployment('audio/speech'),
        transcriptions: ofDeployment('audio/transcriptions'),
        translations: ofDeployment('audio/translations'),
        images: ofDeployment('images/generations'),
        'image-edits': ofDeployment('images/edits'),
        // https://learn.microsoft.com/en-us/azure/ai-foundry/openai/concepts/video-generation
        videos: ofVideos(''),
        // https://learn.microsoft.com/en-us/azure/ai-foundry/openai/how-to/realtime-audio-websockets
        // https://learn.microsoft.com/en-us/azure/ai-foundry/openai/how-to/batch
        files: [{ when: undated, path: '/openai/v1/files' }],
        batches: [{ when: undated, path: '/openai/v1/batches' }],
        // https://learn.microsoft.com/en-us/azure/ai-foundry/openai/latest
        uploads: [{ when: undated, path: '/openai/v1/uploads' }],
        conversations: [{ when: undated, path: '/openai/v1/conversations' }],
        containers: [{ when: undated, path: '/openai/v1/containers' }],
        'vector-stores': [{ when: undated, path: '/openai/v1/vector_stores' }],
        realtime: [
          { when: undated, path: '/openai/v1/realtime?model={model}' },
          { path: '/openai/realtime?deployment={model}&api-version={apiVersion}' },
        ],
        'transcription-sessions': [
          { when: undated, path: '/openai/v1/realtime?intent=transcription' },
          { path: '/openai/realtime?intent=transcription&deployment={model}&api-version={apiVersion}' },
        ],
      },
      videos: {
        status: ofVideos('/{id}'),
        content: ofVideos('/{id}/content'),
        search: ofVideos('?limit=100&order=desc'),
        submit: { remix: ofVideos('/{id}/remix') },
      },
      quirks: [reasoningMaxTokens],
    },
    {
      protocol: 'openai-responses',
      stored: true,
      paths: {
        chat: ofResponses('responses'),
        compact: ofResponses('responses/compact'),
        'count-tokens': ofResponses('responses/input_tokens'),
      },
    },
  ),
  suffixes: 'gpt',
  phrases: {
    ...openaiPhrases,
    // https://learn.microsoft.com/en-us/azure/ai-services/openai/concepts/content-filter
    content_filter: [...openaiPhrases.content_filter, 'content management policy'],
  },
  pauses: openaiPauses,
  listing: azureListing,
  auth: [{ by: 'header', header: 'api-key', field: 'apiKey' }],
});
