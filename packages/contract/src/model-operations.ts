/** What can be asked of a model, by the words that the configuration uses. */
export const modelOperations = [
  'chat',
  'completions',
  'compact',
  'count-tokens',
  'embeddings',
  'embed-content',
  'moderations',
  'rerank',
  'speech',
  'transcriptions',
  'translations',
  'images',
  'image-edits',
  'image-variations',
  'predict',
  'tokenize',
] as const;
