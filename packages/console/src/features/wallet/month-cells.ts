/** The days of a month (`2026-11`) as a calendar that begins on Monday lays them out; `column` counts from 1. */
export function monthCells(
  month: string,
): readonly { readonly day: string; readonly number: number; readonly column: number }[] {
  const first = new Date(`${month}-01T00:00Z`);
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return Array.from({ length: days }, (_, index) => ({
    day: `${month}-${`${index + 1}`.padStart(2, '0')}`,
    number: index + 1,
    column: ((first.getUTCDay() + 6 + index) % 7) + 1,
  }));
}
