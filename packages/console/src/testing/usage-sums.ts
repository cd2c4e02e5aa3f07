import type { UsageSums } from '@tollgate/contract/api/usage';

/** Sums of nothing, but for what is given. */
export const usageSums = (given: Partial<UsageSums> = {}): UsageSums => ({
  requests: 0,
  errors: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costNanos: '0',
  cacheSavedNanos: '0',
  cacheExtraNanos: '0',
  ttftP50Ms: null,
  ttftP95Ms: null,
  tokensPerSecond: null,
  ...given,
});
