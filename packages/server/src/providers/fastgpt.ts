import { openaiCompatible } from './shared/openai-compatible.ts';

/** An application of FastGPT, which its key names; the model that is asked for plays no part. It lists none. */
export const fastgpt = openaiCompatible({
  id: 'fastgpt',
  label: 'FastGPT',
  docs: 'https://doc.fastgpt.io/openapi/intro',
  baseUrl: { international: 'https://cloud.fastgpt.io/api/v1', china: 'https://cloud.fastgpt.cn/api/v1' },
  operations: ['chat'],
  keyPrefixes: ['fastgpt-'],
  listing: false,
});
