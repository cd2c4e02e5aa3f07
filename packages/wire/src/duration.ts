/** Units as vendors write them, in ms. */
const units: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['sec', 1000],
  ['second', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['minute', 60_000],
  ['h', 3_600_000],
  ['hr', 3_600_000],
  ['hour', 3_600_000],
  ['d', 86_400_000],
  ['day', 86_400_000],
]);

const step = /\s*(\d{1,15}(?:\.\d{1,15})?)\s*([a-z]{1,7})/iy;

/**
 * The time that stands at the beginning of a text, in ms: `26s`, `1.2s`, `6m0s`, `345ms`, `7m26.4s`, `6 seconds`, `1 hour 4 minutes`. Undefined
 * when none does.
 */
export function durationMs(text: string): number | undefined {
  let total: number | undefined;
  step.lastIndex = 0;
  for (let found = step.exec(text); found; found = step.exec(text)) {
    const word = (found[2] ?? '').toLowerCase();
    const unit = units.get(word) ?? (word.endsWith('s') ? units.get(word.slice(0, -1)) : undefined);
    if (unit === undefined) break;
    total = (total ?? 0) + Number(found[1]) * unit;
  }
  return total === undefined ? undefined : Math.round(total);
}
