import { versionIn, type Family } from './family.ts';
import type { ModelTraits, ReasoningStyle } from './traits.ts';

/** `claude-opus-4-6`, `claude-opus-4.6`, `anthropic.claude-sonnet-4-5-20250929-v1:0`. */
const named = /claude-(?:[a-z]+)-(\d+)(?:[-.](\d{1,2}))?(?!\d)/;
/** `claude-3-7-sonnet-20250219`, `claude-3.5-haiku`, `claude-2.1`. */
const numbered = /claude-(\d+)(?:[-.](\d{1,2}))?(?!\d)/;
/** Lines that cannot be kept from reasoning; their previews have no version. */
const alwaysReason = /claude-(?:mythos|fable)/;

/**
 * Anthropic's. Adaptive thinking with an effort came with 4.6, effort `xhigh` with 4.7, budgets with 3.7:
 * https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
 */
export const claude: Family = {
  id: 'claude',
  read({ whole }) {
    if (!whole.includes('claude')) return undefined;
    const version =
      versionIn(whole, numbered) ?? versionIn(whole, named) ?? (alwaysReason.test(whole) ? 500 : undefined);
    if (version === undefined) return { family: 'claude' };
    return {
      family: 'claude',
      version,
      reasoning: reasoningOf(version, alwaysReason.test(whole)),
      sampling: samplingOf(version),
      // https://platform.claude.com/docs/en/build-with-claude/structured-outputs
      ...(version >= 405 || version === 401 ? { schemas: true } : {}),
      cachePoints: cachePointsOf(whole, version),
    };
  },
  suffixes: { names: /claude-/, efforts: ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'], thinking: 'plain' },
};

function reasoningOf(version: number, always: boolean): ReasoningStyle {
  if (version >= 407) return { by: 'effort', efforts: ['low', 'medium', 'high', 'xhigh', 'max'], always };
  if (version >= 406) return { by: 'effort', efforts: ['low', 'medium', 'high', 'max'], always };
  return version >= 307 ? { by: 'budget', least: 1024, most: 128_000, always } : { by: 'none' };
}

/** https://platform.claude.com/docs/en/about-claude/models/migration-guide */
const samplingOf = (version: number): ModelTraits['sampling'] =>
  version >= 407 ? 'none' : version >= 401 ? 'one' : 'all';

/** https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html#prompt-caching-models */
const cachePointsOf = (name: string, version: number): ModelTraits['cachePoints'] =>
  version >= 307 || /claude-3-5-haiku|claude-3-5-sonnet-20241022/.test(name)
    ? { inTools: true, hour: version >= 405 }
    : undefined;
