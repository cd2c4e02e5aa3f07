import type { ErrorPhrases } from '../define.ts';

/** OpenAI's words, which those who speak its protocol repeat. https://platform.openai.com/docs/guides/error-codes */
export const openaiPhrases = {
  quota_exhausted: ['insufficient_quota', 'exceeded your current quota', 'billing_hard_limit'],
  content_filter: ['content_filter'],
} as const satisfies ErrorPhrases;

/** The words of vendors whose accounts are prepaid, beside OpenAI's. */
export const prepaidPhrases: ErrorPhrases = {
  ...openaiPhrases,
  quota_exhausted: [...openaiPhrases.quota_exhausted, 'insufficient balance'],
};

/** Of those who pass on the words of whoever serves the model: other gateways, and sellers of many vendors' models. */
export const relayedPhrases: ErrorPhrases = {
  quota_exhausted: [
    ...openaiPhrases.quota_exhausted,
    'insufficient balance',
    'credit balance is too low',
    'usage limit reached',
  ],
  content_filter: [...openaiPhrases.content_filter, 'content management policy'],
};
