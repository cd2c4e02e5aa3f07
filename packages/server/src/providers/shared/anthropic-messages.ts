import type { Dialect } from '../define.ts';

/**
 * Anthropic's Messages as another vendor speaks them; `at` is what stands before `/messages`, after the base URL. Their
 * pages tell Claude Code to send the key as `ANTHROPIC_AUTH_TOKEN`, which is a bearer token as everywhere else of theirs.
 */
export const messagesDialect = (at: string, deviations: Partial<Omit<Dialect, 'protocol'>> = {}): Dialect => ({
  protocol: 'anthropic-messages',
  paths: { chat: `${at}/messages` },
  clientHeaders: { 'anthropic-version': { accepts: 'all' } },
  ...deviations,
});

/** The same of a vendor that has its models of Anthropic's there, and no others. */
export const claudeMessagesDialect = (at: string): Dialect =>
  messagesDialect(at, { paths: { chat: [{ when: { family: 'claude' }, path: `${at}/messages` }] } });
