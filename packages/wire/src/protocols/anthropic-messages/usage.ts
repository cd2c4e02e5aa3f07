import { inputTokens, outputTokens, type Usage } from '../../ir/usage.ts';
import { isObject } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { mergeReports } from '../raw-usage.ts';
import { mostCount } from '../implausible.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A reported count; undefined when it is absent or no count. Fractions are rounded up. */
function count(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= 0) || value > mostCount) return undefined;
  return Math.ceil(value);
}

/**
 * Reads Anthropic's usage object into disjoint buckets. Anthropic counts exclusively: `input_tokens` leaves out what was
 * read from a cache or written to one. Writes are split by lifetime in `cache_creation`; what the split does not
 * explain of their total is of five minutes, the default. Undefined when neither side is reported.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 */
export function readMessagesUsage(raw: Raw): Usage | undefined {
  const input = count(raw['input_tokens']);
  const output = count(raw['output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const usage: { -readonly [Bucket in keyof Usage]: number } = {};
  if (input !== undefined) usage.inputText = input;
  const read = count(raw['cache_read_input_tokens']);
  if (read !== undefined) usage.cacheRead = read;
  const written = count(raw['cache_creation_input_tokens']);
  const split: Raw = isObject(raw['cache_creation']) ? raw['cache_creation'] : {};
  const hour = count(split['ephemeral_1h_input_tokens']);
  const minutes = count(split['ephemeral_5m_input_tokens']);
  if (written !== undefined || hour !== undefined || minutes !== undefined) {
    // A split that exceeds the total is believed, for it is what Anthropic prices.
    usage.cacheWrite1h = hour ?? 0;
    usage.cacheWrite5m = Math.max(minutes ?? 0, (written ?? 0) - (hour ?? 0));
  }
  if (output !== undefined) {
    usage.outputText = output;
    const details = raw['output_tokens_details'];
    const thinking = isObject(details) ? count(details['thinking_tokens']) : undefined;
    if (thinking !== undefined) usage.reasoning = Math.min(thinking, output);
  }
  const tools = raw['server_tool_use'];
  const searches = isObject(tools) ? count(tools['web_search_requests']) : undefined;
  if (searches !== undefined) usage.searches = searches;
  return usage;
}

/** The counts of the input. */
const inputCounts = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const;

/**
 * What a stream has said of its usage so far: `message_start` gives the input, `message_delta` the cumulative output and,
 * from newer APIs, the input again. Of each count the largest holds, but for the input: some only guess at it in the beginning,
 * and its counts leave each other out, so the later word holds unless it is a zero that forgets.
 */
export function mergeRawUsage(known: Raw, later: Raw): Raw {
  // The one token of the beginning stands for none yet.
  const begun = known['output_tokens'] === 1 && 'output_tokens' in later ? { ...known, output_tokens: 0 } : known;
  const merged = mergeReports(begun, later);
  const restated = inputCounts.filter((name) => (count(later[name]) ?? 0) > 0 && merged[name] !== later[name]);
  return restated.length === 0
    ? merged
    : { ...merged, ...Object.fromEntries(restated.map((name) => [name, later[name]])) };
}

/** Usage in Anthropic's words. Input media have no bucket of their own there. */
export function writeMessagesUsage(usage: Usage): JsonObject {
  const cacheRead = usage.cacheRead ?? 0;
  // Anthropic has two lifetimes; another's is told as the next shorter one.
  const minutes = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite30m ?? 0);
  const hour = (usage.cacheWrite1h ?? 0) + (usage.cacheWrite12h ?? 0);
  return {
    input_tokens: inputTokens(usage) - cacheRead - minutes - hour,
    cache_creation_input_tokens: minutes + hour,
    cache_read_input_tokens: cacheRead,
    ...(minutes + hour > 0
      ? { cache_creation: { ephemeral_5m_input_tokens: minutes, ephemeral_1h_input_tokens: hour } }
      : {}),
    output_tokens: outputTokens(usage),
    ...(usage.reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: usage.reasoning } }),
    ...(usage.searches === undefined || usage.searches === 0
      ? {}
      : { server_tool_use: { web_search_requests: usage.searches } }),
  };
}
