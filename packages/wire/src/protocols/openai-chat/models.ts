/** What can be asked of a model behind Chat Completions, by its name. */
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

/** Names without a vendor's prefix, as the vendors themselves have them. */
const ownServed = /^(?:gpt-(?!oss)|chatgpt-|o\d|deepseek|kimi|moonshot|grok|mistral|magistral|glm|qwen)[^/]*$/;

/** Traits of a model, with or without a vendor's prefix (`openai/gpt-5`). */
export function chatTraits(model: string): ChatTraits {
  const name = model.toLowerCase().replace(/^.*\//, '');
  const openai = /^(?:gpt-(?!oss)|chatgpt-|o\d|ft:gpt-)/.test(name);
  const oSeries = /^o\d/.test(name);
  return {
    openai,
    reasoning: oSeries || (/^gpt-[5-9]/.test(name) && !/chat/.test(name)),
    oSeries,
    search: /search/.test(name),
    claude: name.includes('claude'),
    gemini: name.includes('gemini'),
    details: !ownServed.test(model.toLowerCase()),
    schemas: !/^deepseek-[^/]*$/i.test(model),
  };
}
