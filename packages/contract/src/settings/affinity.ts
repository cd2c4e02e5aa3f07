import { z } from 'zod';
import { flag, forAdmins, whole } from './kinds.ts';
import { leaf } from './leaf.ts';

const isPattern = (text: string): boolean => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
};

/**
 * A rule as it is written: words with spaces between them. `header:NAME` and `json:PATH` say where the conversation's id
 * stands, and the first that is there tells; `endpoint:ID` and `model:PATTERN` say for which requests the rule is, each any
 * of those that are named.
 */
export type AffinityRule = string;

const words = ['header', 'json', 'endpoint', 'model'] as const;
export type AffinityWord = { readonly kind: (typeof words)[number]; readonly text: string };

/** The words of a rule; undefined for one that is no rule. */
export function readAffinityRule(rule: AffinityRule): readonly AffinityWord[] | undefined {
  const read = rule
    .trim()
    .split(/\s+/)
    .map((word): AffinityWord | undefined => {
      const colon = word.indexOf(':');
      const kind = words.find((one) => one === word.slice(0, colon));
      const text = word.slice(colon + 1);
      return kind === undefined || text === '' || (kind === 'model' && !isPattern(text)) ? undefined : { kind, text };
    });
  const known = read.filter((word) => word !== undefined);
  const finds = known.some(({ kind }) => kind === 'header' || kind === 'json');
  return finds && known.length === read.length ? known : undefined;
}

const affinityRuleSchema = z
  .string()
  .max(1000)
  .refine(
    (rule) => readAffinityRule(rule) !== undefined,
    'must be words such as `header:NAME` or `json:PATH`, with `endpoint:ID` and `model:PATTERN` (a regular expression) before them where it is for some requests only',
  );

/**
 * Where the clients that are known put the id of a conversation. Claude Code: the account, project and session in
 * `metadata.user_id` (https://docs.anthropic.com/en/api/messages). Codex: `prompt_cache_key`, and `session_id` as a header.
 */
const known: readonly AffinityRule[] = [
  'header:x-tollgate-session',
  'header:x-claude-code-session-id header:session_id header:session-id header:x-session-affinity header:x-opencode-session header:x-gemini-api-privileged-user-id',
  'json:prompt_cache_key',
  'endpoint:messages json:metadata.user_id',
  'header:x-openwebui-chat-id header:x-session-id header:x-conversation-id',
];

/** Conversations stay where their prompts are cached. */
export const affinity = {
  enabled: flag(
    true,
    forAdmins,
    'Prefer the account that served a conversation last: its provider has the prompt cached. A hint among those that can serve, never more.',
  ),
  ttlMs: whole(
    [1000, 86_400_000, 3_600_000],
    'ms',
    forAdmins,
    'How long it is remembered where a conversation was served.',
  ),
  maxEntries: whole(
    [0, 10_000_000, 100_000],
    'count',
    forAdmins,
    'Conversations remembered by a process; beyond it the oldest go.',
  ),
  rules: leaf(z.array(affinityRuleSchema).max(100), [...known], {
    ...forAdmins,
    unit: 'none',
    description:
      'How a conversation is known again: the first rule that finds something tells. A rule is words: `header:NAME` and `json:PATH` where its id stands, `endpoint:ID` and `model:PATTERN` for which requests.',
  }),
};
