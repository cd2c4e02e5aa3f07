import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { reconcile, sameName } from './reconciliation.ts';

const [monday, tuesday] = [86_400_000, 172_800_000];

test('differences are told by their reason', () => {
  const { models, days, total, differences } = reconcile(
    [
      { day: monday, model: 'gpt-4o', cost: 100n, unknown: 0n, requests: 3 },
      { day: monday, model: 'house-model', cost: 7n, unknown: 5n, requests: 1 },
      { day: tuesday, model: 'gpt-4o', cost: 40n, unknown: 0n, requests: 1 },
    ],
    [
      { day: monday, model: '', amount: 0n },
      { day: monday, model: 'gpt-4o-2024-08-06', amount: 110n },
      { day: monday, model: 'o3', amount: 20n },
    ],
  );
  expect(differences).toEqual({ notReported: -40n, onlyTheirs: 20n, onlyOurs: -7n, sameModels: 10n });
  expect([...models.keys()]).toEqual(['gpt-4o-2024-08-06', 'o3', 'house-model']);
  expect(models.get('gpt-4o-2024-08-06')).toEqual({ ours: 100n, theirs: 110n, unknown: 0n, requests: 3 });
  expect(days.get(tuesday)?.theirs).toBeUndefined();
  expect(total).toEqual({ ours: 147n, theirs: 130n, unknown: 5n, requests: 5 });
});

test('a version is not another model', () => {
  expect(['claude-haiku-4-5-20251001', 'GPT-4o-2024-08-06', 'mistral-large-latest', 'o3'].map(sameName)).toEqual([
    'claude-haiku-4-5',
    'gpt-4o',
    'mistral-large',
    'o3',
  ]);
});

test('the reasons add up to the whole difference, whatever both say', () => {
  const day = fc.constantFrom(monday, tuesday);
  const model = fc.constantFrom('a', 'b', 'a-2024-08-06', 'c');
  const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
  const ours = fc.array(
    fc.record({ day, model, cost: amount, unknown: amount, requests: fc.integer({ min: 1, max: 9 }) }),
  );
  const theirs = fc.array(fc.record({ day, model, amount }));
  fc.assert(
    fc.property(ours, theirs, (our, their) => {
      const { total, differences } = reconcile(our, their);
      const reasons = Object.values(differences).reduce((all, one) => all + one, 0n);
      expect(reasons).toBe((total.theirs ?? 0n) - total.ours);
    }),
  );
});
