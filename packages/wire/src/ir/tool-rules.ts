import type { WordRule } from './words.ts';

/** What an upstream demands of the tools in a conversation. */
export type ToolRules = {
  readonly names: WordRule;
  readonly callIds: WordRule;
  /**
   * Where the results of calls must stand: directly behind the message that calls; behind all messages of the turn that
   * calls, neighbours of one role being one turn; the same in the order of the calls; or anywhere.
   */
  readonly results: 'behind-message' | 'behind-turn' | 'in-order' | 'anywhere';
  /** It takes tools of free text. */
  readonly freeText: boolean;
};

/** The letters that most vendors take. */
const letters = { illegal: /[^a-zA-Z0-9_-]/ } as const;

/** A rule of letters, digits, `_` and `-`, so many at most. */
export const plainWords = (max?: number): WordRule => ({ ...letters, max });
