import { readFileSync } from 'node:fs';

export type Usd = {
  readonly input?: number;
  readonly output?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
  /** What some hosts' entries call the two above. */
  readonly cached_input?: number;
  readonly cache_input?: number;
  readonly cached_write?: number;
  readonly input_audio?: number;
  readonly output_audio?: number;
  readonly reasoning?: number;
  readonly citation?: number;
  readonly request?: number;
  readonly tiers?: readonly (Usd & { readonly tier: { readonly size: number } })[];
};

/** A model as one vendor lists it. */
export type CatalogueLine = {
  readonly provider: string;
  readonly model: string;
  readonly released: string;
  readonly family?: string;
  readonly context: number;
  readonly maxOutput: number;
  readonly in?: readonly string[];
  readonly out?: readonly string[];
  readonly usdPerMillion?: Usd;
};

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

/** A catalogue of models, one JSON object a line, as extracted from models.dev (MIT). */
export function readCatalogue(path: string): readonly CatalogueLine[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CatalogueLine);
  const unknown = new Set(lines.map((line) => line.provider).filter((provider) => !vendors.includes(provider)));
  if (unknown.size > 0) throw new Error(`vendors without a place in the order: ${[...unknown].join(', ')}`);
  return lines;
}
