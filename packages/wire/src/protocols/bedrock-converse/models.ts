import type { ModelTraits } from '../../models/traits.ts';
import { claudeTraits, type ClaudeTraits } from '../anthropic-messages/models.ts';

/** What can be asked of a model behind Converse. */
export type ConverseTraits = {
  readonly family: 'claude' | 'nova' | 'gpt-oss' | 'other';
  /** Set for a Claude. */
  readonly claude: ClaudeTraits | undefined;
  /**
   * How it is kept from thinking: by leaving it out, by a word, or not at all.
   * https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html
   */
  readonly thinkingOff: 'unless told' | 'when told' | 'never';
  /** The second generation of Nova, which thinks and has tools of its own. */
  readonly nova2: boolean;
  /**
   * Where cache points may stand; a model without caching refuses them. An hour's lifetime is of Claude 4.5 and later.
   * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html#prompt-caching-models
   */
  readonly cache: 'everywhere' | 'not in tools' | 'nowhere';
  readonly hourCache: boolean;
  /** Takes `outputConfig.textFormat` and strict tools. https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html */
  readonly schemas: boolean;
};

/** What a model's traits mean behind Converse. */
export function converseTraits(model: ModelTraits): ConverseTraits {
  const { family, version, cachePoints } = model;
  if (family === 'claude' && version !== undefined) {
    const claude = claudeTraits(model);
    return {
      family,
      claude,
      thinkingOff: version < 500 ? 'unless told' : claude.thinkingOff === 'never' ? 'never' : 'when told',
      nova2: false,
      cache: cacheOf(cachePoints),
      hourCache: cachePoints?.hour === true,
      // Opus 4.1 takes schemas at Anthropic's only.
      schemas: version >= 405,
    };
  }
  const gptOss = family === 'gpt-oss';
  return {
    family: gptOss || family === 'nova' ? family : 'other',
    claude: undefined,
    thinkingOff: gptOss ? 'never' : 'unless told',
    nova2: family === 'nova' && version === 200,
    cache: cacheOf(cachePoints),
    hourCache: cachePoints?.hour === true,
    schemas: model.schemas === true,
  };
}

const cacheOf = (points: ModelTraits['cachePoints']): ConverseTraits['cache'] =>
  points === undefined ? 'nowhere' : points.inTools ? 'everywhere' : 'not in tools';
