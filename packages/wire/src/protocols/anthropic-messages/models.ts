import type { Effort } from '../../ir/request.ts';
import type { ModelTraits } from '../../models/traits.ts';

/** What can be asked of a Claude model. */
export type ClaudeTraits = {
  /**
   * How it is told to think: `adaptive` with an effort (4.6 and later), `budget` in tokens (3.7 to 4.5, and other
   * vendors' models behind this protocol), or not at all.
   * https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
   */
  readonly thinking: 'adaptive' | 'budget' | 'none';
  /**
   * Which sampling parameters it takes: all; `temperature` or `top_p` but not both (4.1 to 4.6); none (4.7 and later).
   * https://platform.claude.com/docs/en/about-claude/models/migration-guide
   */
  readonly sampling: 'all' | 'one' | 'none';
  /** Takes `output_config.format`. https://platform.claude.com/docs/en/build-with-claude/structured-outputs */
  readonly schemas: boolean;
  /** Takes effort `xhigh`, which came with 4.7. */
  readonly xhigh: boolean;
  /**
   * How it is kept from thinking: by `{type: 'disabled'}`, by leaving thinking out (4.7 and 4.8 refuse the word), or not at
   * all (Fable and Mythos, which only think less).
   * https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html
   */
  readonly thinkingOff: 'by word' | 'left out' | 'never';
  /**
   * `max_tokens` for clients that named none, because Anthropic demands it: the least of its generation's limits.
   * https://platform.claude.com/docs/en/about-claude/models/overview
   */
  readonly defaultMaxTokens: number;
};

/** `output_config.effort` for a model that has it. */
export const effortWord = (effort: Effort, traits: ClaudeTraits): string =>
  effort === 'minimal' ? 'low' : effort === 'xhigh' && !traits.xhigh ? 'high' : effort;

/** What a model's traits mean behind Messages; another vendor's is taken for one that knows budgets. */
export function claudeTraits({ family, version, reasoning, sampling, schemas }: ModelTraits): ClaudeTraits {
  if (family !== 'claude' || version === undefined)
    return {
      thinking: 'budget',
      sampling: 'all',
      schemas: false,
      xhigh: false,
      thinkingOff: 'by word',
      defaultMaxTokens: 8192,
    };
  const always = reasoning !== undefined && reasoning.by !== 'none' && reasoning.always;
  return {
    thinking: reasoning?.by === 'effort' ? 'adaptive' : reasoning?.by === 'budget' ? 'budget' : 'none',
    sampling: sampling ?? 'all',
    schemas: schemas === true,
    xhigh: reasoning?.by === 'effort' && reasoning.efforts?.includes('xhigh') !== false,
    thinkingOff: always ? 'never' : version >= 407 && version < 500 ? 'left out' : 'by word',
    defaultMaxTokens: version >= 307 ? 32_000 : version === 305 ? 8192 : 4096,
  };
}
