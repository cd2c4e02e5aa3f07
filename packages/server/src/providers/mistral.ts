import { openaiCompatible } from './shared/openai-compatible.ts';
import { dropField, renameField } from './shared/quirks.ts';

/** Mistral answers fields it does not know with 422 `extra_forbidden`; this page lists those it does. */
const source = 'https://docs.mistral.ai/api/';

export const mistral = openaiCompatible({
  id: 'mistral',
  label: 'Mistral AI',
  docs: source,
  baseUrl: 'https://api.mistral.ai/v1',
  operations: ['chat', 'embeddings', 'moderations', 'transcriptions'],
  dialect: {
    // The last chunk of every stream reports usage unasked.
    streamUsage: false,
    quirks: [
      { name: 'no stream_options', source, apply: (body) => dropField(body, 'stream_options') },
      {
        name: 'max_completion_tokens is max_tokens',
        source,
        apply: (body) => renameField(body, 'max_completion_tokens', 'max_tokens'),
      },
    ],
  },
});
