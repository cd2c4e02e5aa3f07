import type { Effort } from '../../ir/request.ts';

/** What can be asked of a Claude model, by its name. */
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

/** `claude-opus-4-6`, `claude-opus-4.6`, `anthropic.claude-sonnet-4-5-20250929-v1:0`. */
const named = /claude-(?:[a-z]+)-(\d+)(?:[-.](\d{1,2}))?(?!\d)/;
/** `claude-3-7-sonnet-20250219`, `claude-3.5-haiku`, `claude-2.1`. */
const numbered = /claude-(\d+)(?:[-.](\d{1,2}))?(?!\d)/;

/** Major and minor as one number, 4.5 as 405; undefined for anything but a Claude. */
export function claudeVersion(model: string): number | undefined {
  const match = numbered.exec(model) ?? named.exec(model);
  if (match) return Number(match[1]) * 100 + Number(match[2] ?? 0);
  // The preview of a family that has a version only since.
  return /claude-(?:mythos|fable)/.test(model) ? 500 : undefined;
}

/** Traits of a model; another vendor's behind this protocol is taken for one that knows budgets. */
export function claudeTraits(model: string): ClaudeTraits {
  const known = claudeVersion(model.toLowerCase());
  if (known === undefined)
    return {
      thinking: 'budget',
      sampling: 'all',
      schemas: false,
      xhigh: false,
      thinkingOff: 'by word',
      defaultMaxTokens: 8192,
    };
  return {
    thinking: known >= 406 ? 'adaptive' : known >= 307 ? 'budget' : 'none',
    sampling: known >= 407 ? 'none' : known >= 401 ? 'one' : 'all',
    schemas: known >= 405 || known === 401,
    xhigh: known >= 407,
    thinkingOff: /mythos|fable/i.test(model) ? 'never' : known >= 407 && known < 500 ? 'left out' : 'by word',
    defaultMaxTokens: known >= 307 ? 32_000 : known === 305 ? 8192 : 4096,
  };
}
