import type { Json } from '@tollgate/wire/protocol';
import { isList } from '@tollgate/wire/json/fields';
import { sameJson, valueAt } from '@tollgate/wire/json/path';
import { numberOf, textOf } from '@tollgate/wire/json/scalars';

/** How a field is compared. */
export const policyOperators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'contains',
  'not_contains',
  'exists',
  'not_exists',
] as const;
export type PolicyOperator = (typeof policyOperators)[number];

export type PolicyCondition = {
  readonly field: string;
  readonly op: PolicyOperator;
  readonly value?: Json | undefined;
};

/** Who may enter, by what a provider says of them: all (`and`) or one (`or`) of conditions and inner groups. */
export type AccessPolicy = {
  readonly logic: 'and' | 'or';
  readonly conditions: readonly PolicyCondition[];
  readonly groups: readonly AccessPolicy[];
};

/** The first condition that keeps somebody out, or undefined when they may enter. An empty policy lets everybody in. */
export function failedCondition(policy: AccessPolicy, claims: Json): PolicyCondition | undefined {
  const failures: (PolicyCondition | undefined)[] = [
    ...policy.conditions.map((one) => (holds(one, claims) ? undefined : one)),
    ...policy.groups.map((group) => failedCondition(group, claims)),
  ];
  if (failures.length === 0) return undefined;
  if (policy.logic === 'or') return failures.includes(undefined) ? undefined : failures[0];
  return failures.find((one) => one !== undefined);
}

function holds({ field, op, value = null }: PolicyCondition, claims: Json): boolean {
  const found = valueAt(claims, field);
  const exists = found !== undefined && found !== null;
  switch (op) {
    case 'exists':
      return exists;
    case 'not_exists':
      return !exists;
    case 'ne':
      return !same(found, value);
    case 'not_in':
      return !isIn(found, value);
    case 'not_contains':
      return !contains(found, value);
    case 'eq':
      return same(found, value);
    case 'in':
      return isIn(found, value);
    case 'contains':
      return contains(found, value);
    default:
      return compares(op, found, value);
  }
}

/** Providers write numbers as texts and the other way round. */
function same(one: Json | undefined, other: Json): boolean {
  const [text, wanted] = [textOf(one), textOf(other)];
  return text !== undefined && wanted !== undefined ? text === wanted : sameJson(one, other);
}

const isIn = (found: Json | undefined, list: Json): boolean => isList(list) && list.some((one) => same(found, one));

function contains(found: Json | undefined, value: Json): boolean {
  if (isList(found)) return found.some((one) => same(one, value));
  return typeof found === 'string' && typeof value === 'string' && found.includes(value);
}

/** What is no number is neither more nor less. */
function compares(op: 'gt' | 'gte' | 'lt' | 'lte', found: Json | undefined, value: Json): boolean {
  const [one, other] = [numberOf(found), numberOf(value)];
  if (one === undefined || other === undefined) return false;
  if (op === 'gt') return one > other;
  if (op === 'gte') return one >= other;
  return op === 'lt' ? one < other : one <= other;
}
