import type { Answer } from '../../lib/api.ts';

type Sums = Answer<'margins.read'>['total'];

/** What was earned of the requests whose cost is known, in nano-dollars and as a share of their revenue. */
export function earned({ costedNanos, costNanos }: Pick<Sums, 'costedNanos' | 'costNanos'>): {
  readonly nanos: bigint;
  /** Null without revenue. */
  readonly share: number | null;
} {
  const [costed, cost] = [BigInt(costedNanos), BigInt(costNanos)];
  return { nanos: costed - cost, share: costed === 0n ? null : Number(((costed - cost) * 1000n) / costed) / 1000 };
}

/** Of the revenue, the share whose cost is known; null without revenue. */
export const knownShare = ({ revenueNanos, costedNanos }: Pick<Sums, 'revenueNanos' | 'costedNanos'>): number | null =>
  BigInt(revenueNanos) === 0n ? null : Number((BigInt(costedNanos) * 1000n) / BigInt(revenueNanos)) / 1000;
