/** Dice that fall the same way for the same seed. */
export type Dice = {
  /** From 0 up to and without 1. */
  roll(): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** True in `share` of the cases. */
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** One of them, each as often as its weight says. */
  weighted<T>(from: readonly T[], weightOf: (one: T) => number): T;
  /** Around `median`, most within a factor of e^spread; a few are far larger, as sizes and times are. */
  around(median: number, spread: number): number;
};

/** The generator `mulberry32`: small, and good enough for what only has to look like life. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const weighted = <T>(from: readonly T[], weightOf: (one: T) => number): T => {
    const all = from.reduce((sum, one) => sum + weightOf(one), 0);
    let rest = roll() * all;
    for (const one of from) {
      rest -= weightOf(one);
      if (rest < 0) return one;
    }
    const last = from.at(-1);
    if (last === undefined) throw new Error('nothing to choose from');
    return last;
  };
  return {
    roll,
    whole: (low, high) => low + Math.floor(roll() * (high - low + 1)),
    chance: (share) => roll() < share,
    pick: (from) => weighted(from, () => 1),
    weighted,
    around: (median, spread) => {
      // Box and Muller: two even rolls make one of the bell curve.
      const bell = Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
      return median * Math.exp(spread * bell);
    },
  };
}
