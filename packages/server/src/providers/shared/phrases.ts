import type { ErrorPhrases, Pauses } from '../define.ts';

/**
 * OpenAI's words, which those who speak its protocol repeat. https://platform.openai.com/docs/guides/error-codes,
 * https://help.openai.com/en/articles/10910291-api-organization-verification
 */
export const openaiPhrases = {
  quota_exhausted: ['insufficient_quota', 'exceeded your current quota', 'billing_hard_limit'],
  content_filter: ['content_filter', 'content_policy_violation', 'flagged as potentially violating'],
  not_permitted: [
    'organization must be verified',
    'unsupported_country_region_territory',
    'does not have access to model',
    'insufficient permissions for this operation',
  ],
} as const satisfies ErrorPhrases;

/**
 * "Please try again in 6m0s", and what of each limit is left. https://platform.openai.com/docs/guides/rate-limits
 */
export const openaiPauses: Pauses = {
  words: ['try again in', 'retry in', 'retry after', 'please wait'],
  resets: ['requests', 'tokens'].map((counted) => ({
    header: `x-ratelimit-reset-${counted}`,
    as: 'duration',
    left: `x-ratelimit-remaining-${counted}`,
  })),
};

/** Google's words, by the Gemini API and by Vertex AI. https://ai.google.dev/gemini-api/docs/troubleshooting */
export const googlePhrases: ErrorPhrases = {
  // "You exceeded your current quota" is said of a minute's limit too.
  quota_exhausted: ['credits are depleted', 'spending cap', 'billing_disabled', 'please enable billing'],
  not_permitted: [
    'location is not supported',
    'not available in your country',
    'service_disabled',
    'api_key_service_blocked',
    'api_key_ip_address_blocked',
    'organization policy constraint',
    'consumer_suspended',
  ],
};

/** "Please retry in 26.66s", where the details do not say it. */
export const googlePauses: Pauses = { words: ['retry in'] };

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
  content_filter: [
    ...openaiPhrases.content_filter,
    'content management policy',
    // OpenRouter's moderation, a 403: https://openrouter.ai/docs/api-reference/errors
    'input was flagged',
    // xAI's, a 403.
    'violates usage guidelines',
  ],
  not_permitted: [...openaiPhrases.not_permitted, 'location is not supported', 'organization has been disabled'],
};

/** OpenRouter tells in the body which headers its own limits, or the vendor's, came with. */
export const relayedPauses: Pauses = {
  ...openaiPauses,
  fields: [{ path: ['error', 'metadata', 'headers', 'X-RateLimit-Reset'], as: 'epoch-ms' }],
};

/** Codes of Zhipu's, in a pay-as-you-go account and in a coding plan. https://docs.bigmodel.cn/cn/api/api-code */
export const zhipuPhrases: ErrorPhrases = {
  quota_exhausted: ['=1113', '=1304', '=1308', '=1309', '=1310'],
  not_permitted: ['=1220'],
  auth: ['=1000', '=1001', '=1002', '=1003', '=1004', '=1111', '=1112'],
  rate_limited: ['=1302', '=1303', '=1305', '=1312'],
  not_found: ['=1211', '=1311'],
  content_filter: ['=1301'],
};
