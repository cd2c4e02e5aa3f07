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
 * Vendors whose cache writes for an hour cost twice the input.
 * https://docs.claude.com/en/docs/build-with-claude/prompt-caching#pricing
 */
export const chargesHourTwice: ReadonlySet<string> = new Set(['anthropic']);
