/** How long a job that failed waits: `firstMs`, then twice as long each time, `maxMs` at most. */
export type BackOff = { readonly firstMs: number; readonly maxMs: number };

/**
 * The wait after the `attempt`-th failure (from 1), in ms. Half of it is left to chance (`random`, 0 to 1), so that what failed
 * together is not tried again together.
 */
export function backOffMs(attempt: number, { firstMs, maxMs }: BackOff, random: number): number {
  // The exponent is bounded before the product can leave the numbers that are exact.
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(40, Math.max(0, attempt - 1)));
  return Math.round(whole * (0.5 + random / 2));
}

/** When a recurring job runs next: the first moment of its schedule that is later than `after` (ms since the epoch). */
export type Schedule = (after: number) => number;

/** Every so many ms, at whole multiples, so that all processes and all versions mean the same moments. */
export const every =
  (ms: number): Schedule =>
  (after) =>
    (Math.floor(after / ms) + 1) * ms;
