import { expect, test } from 'bun:test';
import type { UsageAnswer } from '@tollgate/contract/api/usage';
import { usageSums } from '../../testing/usage-sums.ts';
import { flowOf } from './flow.ts';

const answer = (rows: Readonly<Record<string, Readonly<Record<string, number>>>>): UsageAnswer => ({
  from: 0,
  to: 1,
  source: 'rollups',
  rows: Object.entries(rows).map(([key, split]) => ({
    key,
    label: key.toUpperCase(),
    sums: usageSums(),
    previous: null,
    split: Object.entries(split).map(([part, value]) => ({
      key: part,
      label: part,
      sums: usageSums({ requests: value }),
      previous: null,
    })),
  })),
  others: null,
  total: usageSums(),
  previousTotal: null,
});

test('the largest stand first, from who over model to channel', () => {
  const flow = flowOf(
    answer({ ann: { m: 1 }, bob: { m: 3, n: 2 } }),
    answer({ m: { x: 4 }, n: { x: 1, '': 1 } }),
    'requests',
    'Others',
  );
  expect(flow.columns.map((column) => column.map(({ label }) => label))).toEqual([
    ['BOB', 'ANN'],
    ['m', 'n'],
    ['x', '–'],
  ]);
  expect(flow.links[0]).toEqual([
    { from: 'ann', to: 'm', value: 1 },
    { from: 'bob', to: 'm', value: 3 },
    { from: 'bob', to: 'n', value: 2 },
  ]);
});

test('what is beyond the largest is one node, and nothing is lost', () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`u${index}`, { m: index + 1 }]));
  const flow = flowOf(answer(many), undefined, 'requests', 'Others');
  expect(flow.columns).toHaveLength(2);
  expect(flow.columns[0]).toHaveLength(9);
  expect(flow.columns[0]?.at(-1)?.label).toBe('Others');
  expect(flow.links[0]?.reduce((all, { value }) => all + value, 0)).toBe(78);
});
