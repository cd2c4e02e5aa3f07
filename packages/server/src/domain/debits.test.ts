import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { chargeDebits, debitsBefore, planDebits, planFor, readDebits, writeDebits } from './debits.ts';
import { meterOf, type MeterPolicy } from './meters.ts';
import { nanos } from './money.ts';

const at = Date.UTC(2026, 10, 3, 12);
const key = { id: 'key_1', limited: true, user: { id: 'usr_1' } };
const policy = (subject: string, change: Partial<MeterPolicy>): MeterPolicy => ({
  id: `pol_${subject}`,
  subject,
  kind: 'limit',
  period: 'ever',
  order: 0,
  ...change,
});

test('the wallet of the user pays, and the key counts; it is asked only when it has a limit', () => {
  expect(planDebits(key, nanos(70n), at)).toEqual([
    { meter: 'wallet:usr_1', amount: nanos(70n), kind: 'account', checked: true, opens: undefined },
    { meter: 'key:key_1', amount: nanos(70n), kind: 'limit', checked: true, opens: undefined },
  ]);
  expect(planDebits({ ...key, limited: false }, nanos(70n), at)[1]?.checked).toBe(false);
});

test('policies add accounts before and after the wallet, and limits by the calendar', () => {
  const plan = planDebits(key, nanos(70n), at, [
    policy('user:usr_1', { period: 'month' }),
    policy('team:team_1', { kind: 'account', order: -1 }),
    policy('subscription:sub_1', { kind: 'account', period: 'week', order: -2 }),
    policy('credit:usr_1', { kind: 'account', order: 1 }),
    policy('key:key_1', { period: 'day' }),
  ]);
  expect(plan.map(({ meter, kind }) => [meter, kind])).toEqual([
    ['account:subscription:sub_1:2026-W45', 'account'],
    ['account:team:team_1', 'account'],
    ['wallet:usr_1', 'account'],
    ['account:credit:usr_1', 'account'],
    ['key:key_1', 'limit'],
    ['budget:user:usr_1:2026-11', 'limit'],
    ['budget:key:key_1:2026-11-03', 'limit'],
  ]);
  expect(plan.every(({ amount, checked }) => amount === 70n && checked)).toBe(true);
  expect(plan[5]?.opens).toEqual(meterOf(policy('user:usr_1', { period: 'month' }), at));
});

const room = fc.bigInt({ min: -50n, max: 200n });
const limits = fc.integer({ min: 0, max: 3 });
const amounts = fc.bigInt({ min: 0n, max: 500n }).map(nanos);

test('law: accounts pay the whole of a charge in their order, nobody before the last more than it has; limits count all', () => {
  fc.assert(
    fc.property(fc.array(room, { minLength: 1, maxLength: 4 }), limits, amounts, amounts, (rooms, more, held, cost) => {
      const policies = [
        ...rooms
          .slice(1)
          .map((_, index) => policy(`sub:${index}`, { kind: 'account', order: index - rooms.length, period: 'month' })),
        ...Array.from({ length: more }, (_, index) => policy(`key:${index}`, {})),
      ];
      const plan = planDebits(key, held, at, policies);
      const debits = chargeDebits(plan, cost, (meter) => rooms[plan.findIndex((debit) => debit.meter === meter)] ?? 0n);
      expect(debits.map(({ meter, kind }) => ({ meter, kind }))).toEqual(
        plan.map(({ meter, kind }) => ({ meter, kind })),
      );
      const accounts = debits.filter(({ kind }) => kind === 'account');
      expect(accounts.reduce((sum, { amount }) => sum + amount, 0n)).toBe(cost);
      let before = 0n;
      for (const [index, { amount }] of accounts.entries()) {
        const has = rooms[index] ?? 0n;
        const full = index === accounts.length - 1 || amount === (has > 0n ? has : 0n) || before + amount === cost;
        expect(amount >= 0n && full).toBe(true);
        before += amount;
      }
      for (const { kind, amount } of debits) if (kind === 'limit') expect(amount).toBe(cost);
    }),
  );
});

test('law: debits survive their text, as far as it tells of them', () => {
  fc.assert(
    fc.property(amounts, fc.boolean(), (amount, limited) => {
      const plan = planDebits({ ...key, limited }, amount, at, [policy('user:usr_1', { period: 'month' })]);
      expect(readDebits(writeDebits(plan))).toEqual(plan.map((debit) => ({ ...debit, opens: undefined })));
    }),
  );
  expect(() => readDebits('[["wallet:usr_1","gift","1"]]')).toThrow('not a debit');
  expect(() => readDebits('{}')).toThrow('not a list');
  expect(writeDebits(chargeDebits(planDebits(key, nanos(9n), at), nanos(7n), () => 0n))).toBe(
    '[["wallet:usr_1","account","7"],["key:key_1","limit","7"]]',
  );
});

test('a plan for another amount asks the same meters', () => {
  const plan = planDebits(key, nanos(9n), at);
  expect(planFor(plan, nanos(4n))).toEqual(planDebits(key, nanos(4n), at));
  expect(debitsBefore('usr_1', 'key_1', nanos(4n))).toEqual(planDebits({ ...key, limited: false }, nanos(4n), at));
});
