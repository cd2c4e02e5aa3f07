import { z } from 'zod';
import { policyOperators, type AccessPolicy } from '../../domain/access-policy.ts';

const conditionSchema = z.strictObject({
  field: z.string().min(1).max(200).describe('Path of a field, such as `data.level`.'),
  op: z.enum(policyOperators),
  value: z.json().optional(),
});

const level = (groups: z.ZodType<readonly AccessPolicy[]>) =>
  z.strictObject({
    logic: z.enum(['and', 'or']).default('and'),
    conditions: z.array(conditionSchema).max(50).default([]),
    groups: groups.default([]),
  });

const none: z.ZodType<readonly AccessPolicy[]> = z.array(z.never());

/** Who may enter; groups may have groups of their own, and no more. */
export const accessPolicySchema = level(z.array(level(z.array(level(none)).max(20))).max(20)).describe(
  'Who may enter, by what the provider says of them.',
);
