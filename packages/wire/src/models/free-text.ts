import type { ModelTraits } from './traits.ts';

/**
 * Whether a model takes tools of free text (`custom`): OpenAI's from GPT-5 on, where OpenAI or Azure serve them. Undefined for a
 * model of which nothing is known. https://platform.openai.com/docs/guides/function-calling#custom-tools
 */
export function takesFreeText({ family, version, resold }: ModelTraits): boolean | undefined {
  if (family === undefined) return undefined;
  return family === 'gpt' && !resold && (version === undefined || version >= 500);
}
