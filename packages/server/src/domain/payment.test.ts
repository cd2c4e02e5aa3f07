import { expect, test } from 'bun:test';
import { judgePayment, orderStates, type OrderState, type Payment } from './payment.ts';

const order = (state: OrderState, refunded = 0n) => ({ state, amount: 1000n, currency: 'EUR', refunded });
const payment = (status: Payment['status'], more: Partial<Payment> = {}): Payment => ({
  status,
  amount: 1000n,
  currency: 'EUR',
  refunded: 0n,
  reference: 'p1',
  ...more,
});
const after = (state: OrderState, told: Payment, refunded = 0n): OrderState =>
  judgePayment(order(state, refunded), told).state;

test('money that came in is forgotten by no later word', () => {
  for (const state of ['credited', 'refunded', 'disputed', 'paid'] as const)
    for (const status of ['pending', 'failed', 'expired'] as const)
      expect([state, status, after(state, payment(status))]).toEqual([state, status, state]);
  for (const state of ['created', 'pending', 'expired', 'failed'] as const)
    expect([state, after(state, payment('paid'))]).toEqual([state, 'credited']);
});

test('a dispute is open, won, or lost for good', () => {
  expect(after('credited', payment('disputed'))).toBe('disputed');
  expect(after('disputed', payment('paid'))).toBe('credited');
  expect(judgePayment(order('disputed'), payment('lost'))).toEqual({
    state: 'refunded',
    refunded: 1000n,
    held: undefined,
  });
  // Told again that it was paid, it stays lost.
  expect(after('refunded', payment('paid'), 1000n)).toBe('refunded');
  // What never was credited cannot be taken back.
  for (const state of orderStates.filter((one) => !['credited', 'disputed', 'refunded'].includes(one)))
    for (const status of ['disputed', 'lost'] as const)
      expect([state, after(state, payment(status))]).toEqual([state, state]);
});

test('other money than was agreed waits for a person, and a refund only grows', () => {
  expect(judgePayment(order('pending'), payment('paid', { amount: 999n }))).toMatchObject({ state: 'paid' });
  expect(judgePayment(order('pending'), payment('paid', { currency: 'USD' })).held).toContain('USD instead of EUR');
  expect(judgePayment(order('credited', 400n), payment('paid', { refunded: 100n })).refunded).toBe(400n);
  expect(judgePayment(order('credited', 400n), payment('paid', { refunded: 1000n })).state).toBe('refunded');
});
