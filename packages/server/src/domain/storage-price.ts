import type { BackgroundJob } from './background-job.ts';
import { zeroNanos, type Nanos } from './money.ts';
import { quote } from './quote.ts';
import type { PaidStorage } from './stored-object.ts';
import type { Price } from './price.ts';

const hourMs = 3_600_000;

/** What so many tokens come to that are kept from one moment to another (ms since the epoch), in whole token-hours, rounded up. */
export const tokenHours = (tokens: number, { from, until }: Pick<PaidStorage, 'from' | 'until'>): number =>
  Math.max(0, Math.ceil((tokens * (until - from)) / hourMs));

/** What keeping so many tokens costs for an hour, at a price as it is at a moment (ms since the epoch). */
export const hourlyCost = (
  { tokens }: Pick<PaidStorage, 'tokens'>,
  { price, multiplier }: Pick<BackgroundJob, 'price' | 'multiplier'>,
  at: number,
): Nanos => (price ? quote({ cacheTokenHours: tokens }, price, multiplier, { at }).amount : zeroNanos);

/** Of a price, what keeping something costs, and nothing else: no request comes with it. Undefined where it has no price for that. */
export function storagePriceOf(price: Price): Price | undefined {
  const conditional = price.conditional.filter(({ rates }) => rates.cacheTokenHours !== undefined);
  if (price.rates.cacheTokenHours === undefined && conditional.length === 0) return undefined;
  return {
    ...price,
    conditional: conditional.map((one) => ({ ...one, perCall: undefined })),
    perCall: undefined,
    expression: undefined,
    program: undefined,
    asked: undefined,
  };
}
