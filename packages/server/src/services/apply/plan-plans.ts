import type { ConfigFile } from '@tollgate/contract/config-file';
import { planRepository, type StoredPlan } from '../../store/subscriptions/plans.ts';
import { writePlan } from '../subscriptions/plans.ts';
import { inputOf, wantPlan } from '../subscriptions/terms.ts';
import { compareFields, planFields } from './fields.ts';
import type { RunnableStep } from './plan.ts';
import { attempt, compare, dropped, owned, unique, type Work } from './work.ts';

/** Plans. One that was the file's and has been subscribed to stays, switched off: its subscriptions go on. */
export function planPlans(
  work: Work,
  inputs: NonNullable<ConfigFile['plans']>,
  groups: ReadonlySet<string>,
): readonly RunnableStep[] {
  const { context, owner, stored } = work;
  unique(work, 'plans', inputs);
  const rows = new Map(stored.plans.map((row) => [row.name, row]));
  const steps = inputs.flatMap((input, index): readonly RunnableStep[] => {
    const before = rows.get(input.name);
    owned(work, before?.owner, ['plans', index, 'name']);
    const at = context.now();
    const id = before?.id ?? `plan_${context.newId()}`;
    const fixed = { id, owner, createdAt: before?.createdAt ?? at, updatedAt: at };
    const after = attempt(work, ['plans', index], () => wantPlan((name) => groups.has(name), input, fixed));
    if (after === undefined) return [];
    const known = before && { fields: planFields(inputOf(before)), owner: before.owner };
    const step = compare('plan', input.name, known, planFields(inputOf(after)), owner);
    return [{ ...step, run: async (db) => await writePlan(db, { actor: owner, at, before, after }) }];
  });
  const gone = dropped(work, stored.plans, inputs, (before): RunnableStep => {
    const at = context.now();
    const released: StoredPlan = {
      ...before,
      owner: undefined,
      enabled: false,
      terms: JSON.stringify({ ...inputOf(before), enabled: false }),
      updatedAt: at,
    };
    return {
      kind: 'plan',
      name: before.name,
      action: 'delete',
      changes: compareFields(new Map(), new Map()),
      run: async (db) => {
        const after = (await planRepository.wasSubscribedTo(db, before.id)) ? released : undefined;
        await writePlan(db, { actor: owner, at, before, after });
      },
    };
  });
  return [...steps, ...gone];
}
