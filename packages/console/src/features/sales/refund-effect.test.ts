import { expect, test } from 'bun:test';
import { creditTaken, refundable } from './refund-effect.ts';

const order = { price: '73.00', refunded: '0.00', creditNanos: '10000000000', takenNanos: '0' };

test('a refund takes credit in proportion, and all of it at the end', () => {
  expect(refundable(order)).toBe('73.00');
  expect(creditTaken(order, '73')).toBe(10_000_000_000n);
  expect(creditTaken(order, '7.3')).toBe(1_000_000_000n);
  const partly = { ...order, refunded: '7.30', takenNanos: '1000000000' };
  expect(refundable(partly)).toBe('65.70');
  expect(creditTaken(partly, '65.70')).toBe(9_000_000_000n);
  expect(creditTaken(partly, '65.71')).toBeUndefined();
  for (const none of ['', '0', '-1', '1.234', 'all']) expect(creditTaken(order, none)).toBeUndefined();
  const yen = { price: '1500', refunded: '500', creditNanos: '3000000000', takenNanos: '1000000000' };
  expect([refundable(yen), creditTaken(yen, '1000'), creditTaken(yen, '1.5')]).toEqual([
    '1000',
    2_000_000_000n,
    undefined,
  ]);
});
