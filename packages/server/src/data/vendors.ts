/**
 * A bare model name is defined by the vendor that made the model; only a name that no vendor lists is taken from a host.
 * Who made the model comes first; then regional doubles; then hosts; a reseller of everything last.
 */
export const vendors = [
  'openai',
  'anthropic',
  'google',
  'deepseek',
  'mistral',
  'xai',
  'moonshotai',
  'zai',
  'minimax',
  'alibaba',
  'cohere',
  'llama',
  'perplexity',
  'stepfun',
  'upstage',
  'xiaomi',
  'morph',
  'inception',
  'tencent-tokenhub',
  'bailing',
  'cerebras',
  'zhipuai',
  'moonshotai-cn',
  'minimax-cn',
  'alibaba-cn',
  'groq',
  'google-vertex',
  'azure',
  'amazon-bedrock',
  'togetherai',
  'fireworks-ai',
  'deepinfra',
  'nebius',
  'siliconflow',
  'siliconflow-cn',
  'ollama-cloud',
  'nvidia',
  'openrouter',
];

/** Ids of a catalogue's vendor under which Tollgate lists the owner of a model. */
export const ownerNames: Readonly<Record<string, string>> = {
  zhipuai: 'zai',
  llama: 'meta',
  'moonshotai-cn': 'moonshotai',
  'minimax-cn': 'minimax',
  'alibaba-cn': 'alibaba',
};

/**
 * What vendors take for a request that their filter refuses before anything is generated, in USD.
 * https://docs.x.ai/developers/pricing#usage-guidelines-violation-fee
 */
export const refusalFees: Readonly<Partial<Record<string, string>>> = { xai: '0.05' };

/**
 * Vendors whose cache writes for an hour cost twice the input.
 * https://docs.claude.com/en/docs/build-with-claude/prompt-caching#pricing
 */
export const chargesHourTwice: ReadonlySet<string> = new Set(['anthropic']);

/**
 * What it costs to keep a million tokens in an explicit cache for an hour, in USD, by vendors and models: the catalogue does not tell.
 * https://ai.google.dev/gemini-api/docs/pricing (storage price), as of 2026-10-07.
 */
export const cacheStoragePrices: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  google: {
    'gemini-2.5-pro': 4.5,
    'gemini-3.1-pro-preview': 4.5,
    'gemini-3.1-pro-preview-customtools': 4.5,
    'gemini-2.5-flash': 1,
    'gemini-2.5-flash-lite': 1,
    'gemini-3-flash-preview': 1,
    'gemini-3.1-flash-lite': 1,
    'gemini-3.5-flash': 1,
    'gemini-flash-latest': 1,
    'gemini-flash-lite-latest': 1,
  },
};
