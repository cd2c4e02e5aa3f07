import type { RequestView } from './request-view.ts';

type Noted = Pick<RequestView, 'usage' | 'errorCode' | 'attempts'>;

const hostedTools = ['toolCalls', 'fileSearches', 'searches'] as const;

/** Whether tools were called that the provider runs itself and counts: what clients run is not in the record. */
export const usedTools = ({ usage, operation }: Pick<RequestView, 'usage' | 'operation'>): boolean =>
  // A unit of reranking is a search, too.
  operation !== 'rerank' && hostedTools.some((bucket) => (usage[bucket] ?? 0) > 0);

/** Who would not let a request through for what it says: the words that the gateway blocks, or the filter of a provider. */
export function guardOf({ usage, errorCode, attempts }: Noted): 'gateway' | 'provider' | undefined {
  if (errorCode === 'sensitive_words_detected') return 'gateway';
  const wasFiltered =
    (usage['refusals'] ?? 0) > 0 ||
    // Attempts are for administrators; others have the code that was passed on to them.
    errorCode === 'content_filter' ||
    attempts.some(({ cause }) => cause === 'content_filter');
  return wasFiltered ? 'provider' : undefined;
}
