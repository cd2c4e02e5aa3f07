/** What a month comes to if it goes on as lately. Pure; moments are ms since the epoch, amounts nano-dollars. */

const dayMs = 86_400_000;
/** The pace is that of so many whole days, of which weekends are their share. */
const paceDays = 7;

const midnight = (now: number, days = 0): number => {
  const date = new Date(now);
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() + days);
  return date.getTime();
};

/** The reader's month around a moment: its first one and that of the next month, and the first of the days that tell the pace. */
export function monthOf(now: number): { readonly from: number; readonly to: number; readonly paceFrom: number } {
  const [begin, end] = [new Date(midnight(now)), new Date(midnight(now))];
  begin.setDate(1);
  end.setDate(1);
  end.setMonth(end.getMonth() + 1);
  return { from: begin.getTime(), to: end.getTime(), paceFrom: midnight(now, -paceDays) };
}

/** What each of the reader's days cost; `at` is how it begins. */
type Days = readonly { readonly at: number; readonly costNanos: bigint }[];

export type Forecast = {
  readonly spent: bigint;
  /** Undefined where nothing was spent in the days that tell the pace. */
  readonly expected: bigint | undefined;
};

/**
 * What was spent since the month began, and what it will have been by its end at the pace of the seven days before today.
 */
export function forecastOf(days: Days, now: number): Forecast {
  const { from, to, paceFrom } = monthOf(now);
  const today = midnight(now);
  let [spent, paced] = [0n, 0n];
  for (const { at, costNanos } of days) {
    if (at >= from) spent += costNanos;
    if (at >= paceFrom && at < today) paced += costNanos;
  }
  const left = BigInt(Math.max(0, to - now));
  return { spent, expected: paced === 0n ? undefined : spent + (paced * left) / BigInt(paceDays * dayMs) };
}
