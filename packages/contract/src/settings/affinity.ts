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

export const affinityRuleSchema = z.strictObject({
  name: z.string().min(1).max(60),
  endpoints: z.array(z.string().max(60)).max(50).default([]).describe('Ids of endpoints; none is every.'),
  models: z
    .array(z.string().min(1).max(200).refine(isPattern, 'is no regular expression'))
    .max(50)
    .default([])
    .describe('Patterns of models as clients name them; none is every.'),
  from: z
    .array(
      z
        .string()
        .max(300)
        .regex(/^(?:header|json):.+$/, 'must be `header:NAME` or `json:PATH`'),
    )
    .min(1)
    .max(20)
    .describe('Where the conversation’s id stands: `header:NAME` or `json:PATH`; the first that is there tells.'),
});
export type AffinityRule = z.output<typeof affinityRuleSchema>;

/**
 * Where the clients that are known put the id of a conversation. Claude Code: the account, project and session in
 * `metadata.user_id` (https://docs.anthropic.com/en/api/messages). Codex: `prompt_cache_key`, and `session_id` as a header.
 */
const known: readonly AffinityRule[] = [
  { name: 'gateway', endpoints: [], models: [], from: ['header:x-tollgate-session'] },
  {
    name: 'coding clients',
    endpoints: [],
    models: [],
    from: [
      'header:x-claude-code-session-id',
      'header:session_id',
      'header:session-id',
      'header:x-session-affinity',
      'header:x-opencode-session',
      'header:x-gemini-api-privileged-user-id',
    ],
  },
  { name: 'prompt cache key', endpoints: [], models: [], from: ['json:prompt_cache_key'] },
  { name: 'metadata', endpoints: ['messages'], models: [], from: ['json:metadata.user_id'] },
  {
    name: 'chat pages',
    endpoints: [],
    models: [],
    from: ['header:x-openwebui-chat-id', 'header:x-session-id', 'header:x-conversation-id'],
  },
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
    description: 'How a conversation is known again: the first rule that finds something tells.',
  }),
};
