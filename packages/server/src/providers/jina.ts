import { openaiCompatible } from './shared/openai-compatible.ts';

/** Vectors and rerankers. It lists no models. */
export const jina = openaiCompatible({
  id: 'jina',
  label: 'Jina AI',
  docs: 'https://api.jina.ai/docs',
  baseUrl: 'https://api.jina.ai/v1',
  operations: ['embeddings', 'rerank'],
  keyPrefixes: ['jina_'],
  listing: false,
});

/** Answers with searches, at an address of its own. */
export const jinaDeepSearch = openaiCompatible({
  id: 'jina-deepsearch',
  label: 'Jina DeepSearch',
  docs: 'https://jina.ai/deepsearch',
  baseUrl: 'https://deepsearch.jina.ai/v1',
  operations: ['chat'],
  listing: false,
});
