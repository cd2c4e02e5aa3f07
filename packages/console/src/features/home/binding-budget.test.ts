import { expect, test } from 'bun:test';
import { bindingBudget } from './binding-budget.ts';

const budget = (id: string, spentNanos: string, limitNanos: string, of: { keyId?: string; model?: string } = {}) => ({
  id,
  keyId: of.keyId ?? null,
  teamId: null,
  model: of.model ?? null,
  spentNanos,
  limitNanos,
});

test('the budget that stops a person first is the one that is used up most, of those for all they do', () => {
  const month = budget('month', '50', '100');
  const day = budget('day', '9', '10');
  expect(bindingBudget([month, day])?.id).toBe('day');
  expect(bindingBudget([month, budget('key', '10', '10', { keyId: 'k' })])?.id).toBe('month');
  expect(bindingBudget([budget('model', '10', '10', { model: 'm' })])).toBeUndefined();
  // Nothing may be spent of it at all.
  expect(bindingBudget([day, budget('none', '0', '0')])?.id).toBe('none');
});
