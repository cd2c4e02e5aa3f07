import { describe, expect, test } from 'bun:test';
import type { Json } from '@tollgate/wire/protocol';
import { failedCondition, type AccessPolicy, type PolicyCondition } from './access-policy.ts';

const claims: Json = { level: '3', groups: ['staff', 'ops'], data: { user: { id: 42, tags: [{ name: 'vip' }] } } };
const policy = (conditions: readonly PolicyCondition[], rest: Partial<AccessPolicy> = {}): AccessPolicy => ({
  logic: 'and',
  conditions,
  groups: [],
  ...rest,
});

describe('who may enter, by what a provider says of them', () => {
  const holding: readonly PolicyCondition[] = [
    { field: 'data.user.id', op: 'eq', value: '42' },
    { field: 'data.user.tags.0.name', op: 'eq', value: 'vip' },
    { field: 'data.user.tags', op: 'eq', value: [{ name: 'vip' }] },
    { field: 'data.user.id', op: 'in', value: [41, '42'] },
    { field: 'level', op: 'gte', value: 3 },
    { field: 'level', op: 'lt', value: '10' },
    { field: 'groups', op: 'contains', value: 'ops' },
    { field: 'groups', op: 'not_contains', value: 'guests' },
    { field: 'data.user.email', op: 'not_exists' },
    { field: 'data', op: 'exists' },
    { field: 'constructor', op: 'not_exists' },
  ];
  test.each(holding)('$field $op $value', (condition) => {
    expect(failedCondition(policy([condition]), claims)).toBeUndefined();
  });

  const failing: readonly PolicyCondition[] = [
    { field: 'level', op: 'gt', value: 3 },
    { field: 'groups', op: 'gt', value: 1 },
    { field: 'nothing', op: 'eq', value: '' },
    { field: 'nothing', op: 'lt', value: 1 },
    { field: 'level', op: 'in', value: '3' },
    { field: 'data.user', op: 'contains', value: 'id' },
    { field: 'groups.7', op: 'exists' },
  ];
  test.each(failing)('not: $field $op $value', (condition) => {
    expect(failedCondition(policy([condition]), claims)).toBe(condition);
  });

  test('all or one of conditions and groups; nothing asked lets everybody in', () => {
    const good: PolicyCondition = { field: 'level', op: 'exists' };
    const bad: PolicyCondition = { field: 'level', op: 'not_exists' };
    expect(failedCondition(policy([]), claims)).toBeUndefined();
    expect(failedCondition(policy([good, bad]), claims)).toBe(bad);
    expect(failedCondition(policy([bad, good], { logic: 'or' }), claims)).toBeUndefined();
    expect(failedCondition(policy([good], { groups: [policy([bad])] }), claims)).toBe(bad);
    expect(failedCondition(policy([bad], { logic: 'or', groups: [policy([good])] }), claims)).toBeUndefined();
  });
});
