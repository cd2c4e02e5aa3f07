import { expect, test } from 'bun:test';
import { promotionFilter } from './promotion-filter.ts';

test('what is left open filters nothing, and what is chosen is asked for', () => {
  const open = { group: '', bought: 'any', signedUp: 'any', balanceBelowUsd: '' } as const;
  const none = { groups: null, bought: null, signedUpFrom: null, signedUpTo: null, balanceBelowUsd: null };
  expect(promotionFilter(open, 0)).toEqual(none);
  const now = 100 * 86_400_000;
  expect(promotionFilter({ group: 'vip', bought: 'no', signedUp: 'old', balanceBelowUsd: '5' }, now)).toEqual({
    groups: ['vip'],
    bought: false,
    signedUpFrom: null,
    signedUpTo: 70 * 86_400_000,
    balanceBelowUsd: '5',
  });
});
