import type { ModelTraits } from '../../models/traits.ts';

/** What can be asked of a model behind Responses. */
export type ResponsesTraits = {
  /**
   * OpenAI's reasoning models: no sampling parameters, no log probabilities, reasoning that can be had encrypted (others
   * refuse to be asked for them). https://platform.openai.com/docs/guides/reasoning
   */
  readonly reasoning: boolean;
  /** OpenAI's others, which cannot be told to reason. */
  readonly plain: boolean;
  /** Takes cache breakpoints. https://developers.openai.com/api/docs/guides/prompt-caching */
  readonly breakpoints: boolean;
};

/** What a model's traits mean behind Responses. */
export function responsesTraits({ family, version = 0, reasoning }: ModelTraits): ResponsesTraits {
  const openai = family === 'gpt';
  const reasons = openai && reasoning?.by === 'effort';
  return { reasoning: reasons, plain: openai && !reasons, breakpoints: openai && version >= 506 };
}
