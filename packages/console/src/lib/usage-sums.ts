import type { UsageSums } from '@tollgate/contract/api/usage';

/** The share of requests that failed, from 0 to 1; 0 where there were none. */
export const errorRate = ({ requests, errors }: Pick<UsageSums, 'requests' | 'errors'>): number =>
  requests === 0 ? 0 : errors / requests;

/** How far a number moved, as a share of what it was; undefined where that says nothing. */
export function changeOf(now: number | null, before: number | null): number | undefined {
  if (now === null || before === null || before === 0) return undefined;
  return (now - before) / before;
}
