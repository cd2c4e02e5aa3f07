import type { Loss } from '@tollgate/wire/ir/loss';

/** What translations lose now and then. */
export const conversionLosses: readonly Loss[] = [
  { path: 'messages[0].parts[0].cache', kind: 'dropped', detail: 'this protocol caches by itself' },
  { path: 'sampling.topK', kind: 'dropped', detail: 'this protocol has no such field' },
  { path: 'reasoning.budgetTokens', kind: 'approximated', detail: 'as an effort' },
  { path: 'tools[1].strict', kind: 'dropped', detail: 'this protocol has no such field' },
];
