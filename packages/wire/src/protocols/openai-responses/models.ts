/** What can be asked of a model behind Responses, by its name. */
export type ResponsesTraits = {
  /**
   * OpenAI's reasoning models: no sampling parameters, no log probabilities, thoughts that can be had encrypted (others
   * refuse to be asked for them). https://platform.openai.com/docs/guides/reasoning
   */
  readonly reasoning: boolean;
  /** OpenAI's others, which cannot be told to reason. */
  readonly plain: boolean;
  /** Takes cache breakpoints. https://developers.openai.com/api/docs/guides/prompt-caching */
  readonly breakpoints: boolean;
};

/** Traits of a model, with or without a vendor's prefix (`openai/gpt-5`). */
export function responsesTraits(model: string): ResponsesTraits {
  const name = model.toLowerCase().replace(/^.*\//, '');
  const version = /^gpt-(\d+)(?:\.(\d+))?/.exec(name);
  const number = version ? Number(version[1]) * 100 + Number(version[2] ?? 0) : 0;
  const reasoning = /^(?:o\d|codex-)/.test(name) || (number >= 500 && !name.includes('chat'));
  return {
    reasoning,
    plain: !reasoning && /^(?:gpt-|chatgpt-|ft:gpt-)/.test(name) && !name.startsWith('gpt-oss'),
    breakpoints: number >= 506,
  };
}
