import { defineProvider } from './define.ts';
import { apiKeyCredential, noSettings } from './shared/credentials.ts';
import { geminiListing } from './shared/listings.ts';
import { googlePauses, googlePhrases } from './shared/phrases.ts';

export const gemini = defineProvider({
  id: 'gemini',
  label: 'Google Gemini',
  docs: 'https://ai.google.dev/api/generate-content',
  baseUrl: 'https://generativelanguage.googleapis.com',
  credential: apiKeyCredential,
  settings: noSettings,
  dialects: [
    {
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
        'cached-contents': '/v1beta/cachedContents',
        // https://ai.google.dev/gemini-api/docs/batch-api
        'batch-content': '/v1beta/models/{model}:batchGenerateContent',
        batches: '/v1beta/batches',
        embeddings: '/v1beta/models/{model}:batchEmbedContents',
        'embed-content': '/v1beta/models/{model}:embedContent',
        // Imagen has a method of its own.
        images: [
          { when: { family: 'gemini' }, path: '/v1beta/models/{model}:generateContent' },
          { path: '/v1beta/models/{model}:predict' },
        ],
        // https://ai.google.dev/gemini-api/docs/video
        videos: [
          { when: { family: 'gemini' }, path: undefined },
          { path: '/v1beta/models/{model}:predictLongRunning' },
        ],
        predict: [{ when: { family: 'gemini' }, path: undefined }, { path: '/v1beta/models/{model}:predict' }],
      },
      videos: { status: '/v1beta/{id+}', content: '/v1beta/files/{file}:download?alt=media' },
    },
  ],
  suffixes: 'gemini',
  keyPrefixes: ['AIza'],
  phrases: googlePhrases,
  pauses: googlePauses,
  listing: geminiListing,
  auth: [{ by: 'header', header: 'x-goog-api-key', field: 'apiKey' }],
});
