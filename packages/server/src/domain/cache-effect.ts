import { multiplierOne } from './price.ts';
import type { Charge, ChargeLine } from './quote.ts';

/** What a prompt cache did to a bill, in nano-dollars. */
export type CacheEffect = {
  /** What reading from it cost less than the same input would have without it. */
  readonly saved: bigint;
  /** What writing to it cost more than plain input. Wasted as far as nothing is read. */
  readonly extra: bigint;
};

const none: CacheEffect = { saved: 0n, extra: 0n };
const scale = 1_000_000n * multiplierOne;

/** Worked out from the lines of a bill; nothing where the bill has no plain input to compare with. */
export function cacheEffect({ lines, multiplier }: Charge): CacheEffect {
  let plain: ChargeLine | undefined;
  let cached = false;
  for (const line of lines) {
    if (line.bucket === 'inputText') plain ??= line;
    else if (isCache(line)) cached = true;
  }
  if (!cached || plain === undefined) return none;
  let saved = 0n;
  let extra = 0n;
  for (const line of lines) {
    if (!isCache(line)) continue;
    const difference = BigInt(line.quantity) * (plain.rate - line.rate);
    if (line.bucket === 'cacheRead') saved += difference;
    else extra -= difference;
  }
  return { saved: (saved * multiplier) / scale, extra: (extra * multiplier) / scale };
}

const isCache = ({ bucket }: ChargeLine): boolean => bucket.startsWith('cache');
