/** What many providers' fixtures have in common: OpenAI's words, and what its reasoning models want otherwise. */

export const chatOnly = { chat: '/chat/completions' };
/** What OpenAI says, and those who repeat it. */
export const repeated = [
  { status: 429, code: 'insufficient_quota', means: 'quota_exhausted' },
  { status: 429, message: 'You exceeded your current quota, please check your plan.', means: 'quota_exhausted' },
  { status: 400, code: 'billing_hard_limit_reached', means: 'quota_exhausted' },
  { status: 400, code: 'content_filter', means: 'content_filter' },
  { status: 400, message: 'Your organization must be verified to stream this model.', means: 'not_permitted' },
  { status: 403, code: 'unsupported_country_region_territory', means: 'not_permitted' },
  { status: 429, message: 'Rate limit reached for requests', means: 'rate_limited' },
] as const;
export const prepaid = [
  ...repeated,
  { status: 403, message: 'Insufficient Balance', means: 'quota_exhausted' },
] as const;
export const filtered = {
  status: 400,
  message: 'The response was filtered due to the prompt triggering Azure OpenAI’s content management policy.',
  means: 'content_filter',
} as const;
export const relayed = [
  ...prepaid,
  filtered,
  { status: 400, message: 'Your credit balance is too low to access the Anthropic API.', means: 'quota_exhausted' },
] as const;
export const messages = [{ role: 'user', content: 'hi' }];
export const reasoning = [
  {
    model: 'gpt-5.1-mini',
    body: { model: 'gpt-5.1-mini', messages, max_tokens: 5 },
    becomes: { model: 'gpt-5.1-mini', messages, max_completion_tokens: 5 },
  },
  {
    model: 'o3',
    body: { messages, max_tokens: 5, max_completion_tokens: 6 },
    becomes: { messages, max_tokens: 5, max_completion_tokens: 6 },
  },
  { model: 'gpt-4o', body: { messages, max_tokens: 5 }, becomes: { messages, max_tokens: 5 } },
];
