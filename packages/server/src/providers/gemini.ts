import { z } from 'zod';
import { defineProvider, type Dialect } from './define.ts';
import { apiKeyCredential } from './shared/credentials.ts';
import { geminiInteractionsDialect } from './shared/gemini-interactions.ts';
import { geminiListing } from './shared/listings.ts';
import { googlePauses, googlePhrases } from './shared/phrases.ts';
import { textApiOf, unlessRuledOut } from './shared/text-apis.ts';

const generateContent: Dialect = {
  protocol: 'gemini',
  clientHeaders: {
    'x-goog-user-project': { accepts: 'all' },
    // How long the client will wait: https://cloud.google.com/apis/docs/system-parameters
    'x-server-timeout': { accepts: 'all' },
  },
  paths: {
    chat: [
      { when: { stream: true }, path: '/v1beta/models/{model}:streamGenerateContent?alt=sse' },
      { path: '/v1beta/models/{model}:generateContent' },
    ],
    'count-tokens': '/v1beta/models/{model}:countTokens',
    // https://ai.google.dev/api/files
    files: '/v1beta/files',
    'file-uploads': '/upload/v1beta/files',
    'cached-contents': '/v1beta/cachedContents',
    // https://ai.google.dev/gemini-api/docs/batch-api
    'batch-content': '/v1beta/models/{model}:batchGenerateContent',
    'batch-embed': '/v1beta/models/{model}:asyncBatchEmbedContent',
    batches: '/v1beta/batches',
    // https://ai.google.dev/api/live
    live: '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
    embeddings: '/v1beta/models/{model}:batchEmbedContents',
    'embed-content': '/v1beta/models/{model}:embedContent',
    // Imagen has a method of its own.
    images: [
      { when: { family: 'gemini' }, path: '/v1beta/models/{model}:generateContent' },
      { path: '/v1beta/models/{model}:predict' },
    ],
    // https://ai.google.dev/gemini-api/docs/video
    videos: [{ when: { family: 'gemini' }, path: undefined }, { path: '/v1beta/models/{model}:predictLongRunning' }],
    predict: [{ when: { family: 'gemini' }, path: undefined }, { path: '/v1beta/models/{model}:predict' }],
  },
  videos: { status: '/v1beta/{id+}', content: '/v1beta/files/{file}:download?alt=media' },
};

/** By which of its two text APIs a channel is asked; new models may come to Interactions first. */
const textApis = [generateContent, geminiInteractionsDialect] as const;

export const gemini = defineProvider({
  id: 'gemini',
  label: 'Google Gemini',
  docs: 'https://ai.google.dev/api/generate-content',
  baseUrl: 'https://generativelanguage.googleapis.com',
  credential: apiKeyCredential,
  settings: z.strictObject({ textApi: textApiOf(textApis) }),
  dialects: [unlessRuledOut(generateContent, textApis), unlessRuledOut(geminiInteractionsDialect, textApis)],
  suffixes: 'gemini',
  // Newer ones are bound to a service account; those of Vertex's express mode begin alike, and are rarer: https://ai.google.dev/gemini-api/docs/api-key
  keyPrefixes: ['AIza', 'AQ.'],
  phrases: googlePhrases,
  pauses: googlePauses,
  listing: geminiListing,
  auth: [{ by: 'header', header: 'x-goog-api-key', field: 'apiKey' }],
});
