import { expect, test } from 'bun:test';
import { monthCells } from './month-cells.ts';

test('a month is laid out from Monday on, as long as it is', () => {
  const november = monthCells('2026-11');
  // 1 November 2026 is a Sunday.
  expect([november.length, november[0]?.column, november[1]?.column, november.at(-1)?.day]).toEqual([
    30,
    7,
    1,
    '2026-11-30',
  ]);
  expect(monthCells('2028-02')).toHaveLength(29);
});
