/** What is known of a budget's stretch of time; moments in ms since the epoch, undefined for no end. */
export type Stretched = {
  readonly startsAt: number;
  readonly endsAt: number | undefined;
  readonly spent: bigint;
  readonly limit: bigint;
};

/** Less than this says nothing of how it goes on. */
const leastMs = 10 * 60_000;

/**
 * When a budget is spent if it goes on as it did since its stretch began: a moment before the stretch ends, or undefined when it lasts, or
 * nothing can be said yet. What is spent already has ended now.
 */
export function forecastEnd({ startsAt, endsAt, spent, limit }: Stretched, now: number): number | undefined {
  if (spent <= 0n) return undefined;
  if (spent >= limit) return now;
  const elapsed = now - startsAt;
  if (elapsed < leastMs) return undefined;
  const at = now + Number(((limit - spent) * BigInt(elapsed)) / spent);
  return at >= (endsAt ?? Number.MAX_SAFE_INTEGER) ? undefined : at;
}
