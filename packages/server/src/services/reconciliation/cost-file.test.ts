import { expect, test } from 'bun:test';
import { readCostFile } from './cost-file.ts';

const day = Date.UTC(2026, 10, 30);

test('columns are found by their names, wherever they stand and whatever else does', () => {
  const read = [{ day, model: 'gpt-4o', usd: '1.5' }];
  for (const csv of [
    'day,model,amount\n2026-11-30,gpt-4o,1.5',
    '\uFEFFAmount;DAY;model\r\n$1.5;2026-11-30;gpt-4o\r\n',
    // As spreadsheets number their rows.
    ',day,note,model,amount\n0,2026-11-30,"a, b",gpt-4o,1.5\n\n',
    ',day,note,model,amount\n,2026-11-30,,gpt-4o,1.5',
  ])
    expect(readCostFile(csv)).toEqual(read);
  expect(readCostFile('day,model,amount\n2026-11-30,"a ""b"", c",-0.000001')).toEqual([
    { day, model: 'a "b", c', usd: '-0.000001' },
  ]);
});

test('a line that says nothing clear is refused by its number', () => {
  for (const [csv, why] of [
    ['model,amount\na,1', 'Line 1 must name the columns day, model and amount.'],
    ['', 'Line 1 must name'],
    ['day,model,amount\n\n30.11.2026,a,1', 'Line 3 has no day'],
    ['day,model,amount\n2026-11-31,a,1', 'Line 2 has no day'],
    ['day,model,amount\n2026-11-30,a,1 000', 'Line 2 has no amount'],
    ['day,model,amount\n2026-11-30,a', 'Line 2 has no amount'],
  ] as const)
    expect(() => readCostFile(csv)).toThrow(why);
});
