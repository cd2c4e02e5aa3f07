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

/** Codes of Zhipu's, in a pay-as-you-go account and in a coding plan. https://docs.bigmodel.cn/cn/api/api-code */
export const zhipuPhrases: ErrorPhrases = {
  quota_exhausted: ['=1113', '=1304', '=1308', '=1309', '=1310'],
  auth: ['=1000', '=1001', '=1002', '=1003', '=1004', '=1111', '=1112'],
  rate_limited: ['=1302', '=1303', '=1305', '=1312'],
  not_found: ['=1211', '=1311'],
  content_filter: ['=1301'],
};
