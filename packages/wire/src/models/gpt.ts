import { versionIn, type Family, type ModelName } from './family.ts';
import type { ModelTraits } from './traits.ts';

const names = /^(?:gpt-(?!oss)|chatgpt-|o\d|ft:gpt-|codex-)/;
const oSeries = /^o\d/;

/**
 * Models that OpenAI serves by Responses only: pro and deep research, Codex, computer use. Each model's page lists its
 * endpoints: https://platform.openai.com/docs/models
 */
const responsesOnly = /^(?:o\d(?:-mini)?-(?:pro|deep-research)|gpt-5(?:\.\d+)?-(?:pro|codex)|codex-|computer-use-)/;

/** Which public encoding has which model: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py */
const o200k = /^(?:gpt-(?:4o|4\.[15]|[5-9]|oss)|chatgpt-|o[134](?:-|$)|codex-|computer-use)/;
const cl100k = /^(?:gpt-(?:4|3\.5)|(?:davinci|babbage)-002)(?:-|$)/;

/** OpenAI's. Its reasoning models refuse what others take: https://platform.openai.com/docs/guides/reasoning */
export const gpt: Family = {
  id: 'gpt',
  read(name) {
    const { bare } = name;
    if (!names.test(bare)) return undefined;
    const version = versionOf(bare);
    const reasons = /^(?:o\d|codex-)/.test(bare) || ((version ?? 0) >= 500 && !bare.includes('chat'));
    return {
      family: 'gpt',
      version,
      reasoning: reasons
        ? { by: 'effort', efforts: oSeries.test(bare) ? ['low', 'medium', 'high'] : undefined, always: false }
        : { by: 'none' },
      ...(reasons ? { sampling: 'none' } : {}),
      refusesMaxTokens: oSeries.test(bare) || (version ?? 0) >= 500,
      ...servedBy(name),
    };
  },
  suffixes: {
    // `gpt-5.1-codex-max` is a model's name, so `max` is none of its ends.
    names: /^(?:openai\/)?(?:o[134]|gpt-5)/,
    efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
    thinking: undefined,
  },
};

/** Azure's `gpt-35-turbo` is 3.5. */
function versionOf(bare: string): number | undefined {
  const version = versionIn(bare, /^gpt-(\d+)(?:\.(\d+))?/);
  return version === 3500 ? 305 : version;
}

/** OpenAI's open weights, which anybody serves. */
export const gptOss: Family = {
  id: 'gpt-oss',
  read: ({ whole }) =>
    whole.includes('gpt-oss')
      ? { family: 'gpt-oss', reasoning: { by: 'effort', efforts: undefined, always: true } }
      : undefined,
};

const servedBy = ({ bare, resold }: ModelName): Pick<ModelTraits, 'onlyBy'> => ({
  onlyBy: !resold && responsesOnly.test(bare) ? 'openai-responses' : undefined,
});

/** What is known of OpenAI's models whether they are of the family or not (`computer-use-preview`, `davinci-002`). */
export function openaiFacts(name: ModelName): Pick<ModelTraits, 'encoding' | 'onlyBy'> {
  const model = name.bare.replace(/^ft:/, '');
  return {
    encoding: o200k.test(model) ? 'o200k' : cl100k.test(model) ? 'cl100k' : undefined,
    ...servedBy(name),
  };
}
