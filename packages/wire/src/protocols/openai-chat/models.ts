import type { ModelFamily, ModelTraits } from '../../models/traits.ts';

/** What can be asked of a model behind Chat Completions. */
export type ChatTraits = {
  /** OpenAI's own, which refuse fields they do not know; anything else is another vendor's. */
  readonly openai: boolean;
  /**
   * OpenAI's reasoning models: no `max_tokens`, no sampling parameters, no log probabilities.
   * https://platform.openai.com/docs/guides/reasoning
   */
  readonly reasoning: boolean;
  /** The least and the most effort of the o-series; later ones take every word. */
  readonly oSeries: boolean;
  /** Takes `web_search_options`. https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat */
  readonly search: boolean;
  /** Claude behind a compatible endpoint, where `cache_control` on parts has its effect. */
  readonly claude: boolean;
  readonly gemini: boolean;
  /**
   * Takes OpenRouter's `reasoning_details` back, as it and the gateways like it do. Vendors that serve their own models
   * know `reasoning_content` at most, and another's signatures are not theirs.
   */
  readonly details: boolean;
  /** Takes `response_format` with a schema. DeepSeek's own has JSON alone: https://api-docs.deepseek.com/guides/json_mode */
  readonly schemas: boolean;
};

/** Families that their makers serve by Chat themselves, without OpenRouter's fields. */
const servedByMaker: ReadonlySet<ModelFamily | undefined> = new Set<ModelFamily>([
  'gpt',
  'deepseek',
  'kimi',
  'grok',
  'mistral',
  'glm',
  'qwen',
]);

/** What a model's traits mean behind Chat Completions. */
export function chatTraits({ family, resold, reasoning, searches, schemas }: ModelTraits): ChatTraits {
  const openai = family === 'gpt';
  const efforts = openai && reasoning?.by === 'effort' ? reasoning : undefined;
  return {
    openai,
    reasoning: efforts !== undefined,
    oSeries: efforts?.efforts !== undefined,
    search: searches,
    claude: family === 'claude',
    gemini: family === 'gemini',
    details: resold || !servedByMaker.has(family),
    schemas: schemas !== false,
  };
}
