/** An axis from 0 to a round number above `value`, with few marks on it. */
export function shortAxis(value: number): { readonly most: number; readonly ticks: readonly number[] } {
  if (!(value > 0)) return { most: 1, ticks: [0] };
  const rough = value / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((one) => one * power >= rough) ?? 10);
  const marks = Math.ceil(value / step);
  // Multiplied, not added up: floats would drift.
  return {
    most: marks * step,
    ticks: Array.from({ length: marks + 1 }, (_, mark) => Number((mark * step).toPrecision(12))),
  };
}
