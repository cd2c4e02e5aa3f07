import type { FieldChange } from './fields.ts';
import type { Problem } from './read-config-file.ts';
import type { Db } from '../../store/database.ts';

/** `release`: the entry stays, but goes back to what it was without the file (the default group, a seeded price). */
export type StepAction = 'create' | 'update' | 'delete' | 'release' | 'unchanged';

/** What becomes of one entry. Nothing in it is secret. */
export type Step = {
  readonly kind:
    | 'setting'
    | 'group'
    | 'model'
    | 'channel'
    | 'payment method'
    | 'plan'
    | 'sign-in method'
    | 'role'
    | 'model bundle';
  readonly name: string;
  readonly action: StepAction;
  readonly changes: readonly FieldChange[];
  /** There when the change is in force only after a restart. */
  readonly restart?: true;
};

export type Plan = { readonly source: string; readonly steps: readonly Step[] };

/** A step that knows how to do itself; unchanged ones do nothing. */
export type RunnableStep = Step & { run(db: Db): Promise<unknown> };

export type Planned = { readonly steps: readonly RunnableStep[]; readonly problems: readonly Problem[] };

export const isNoChange = (plan: Plan): boolean => plan.steps.every((step) => step.action === 'unchanged');

const signs: Record<StepAction, string> = { create: '+', update: '~', delete: '-', release: '<', unchanged: '=' };

/** The plan for a terminal: a line an entry that changes, a line a field, and a sum. Secrets are masked. */
export function formatPlan(plan: Plan): string {
  const lines = plan.steps.flatMap((step) => {
    if (step.action === 'unchanged') return [];
    const note = step.restart === true ? ' (in force after a restart)' : '';
    const head = `${signs[step.action]} ${step.kind} ${step.name}${note}`;
    return [head, ...step.changes.map((change) => `    ${change.path}: ${difference(step.action, change)}`)];
  });
  const count = (action: StepAction): number => plan.steps.filter((step) => step.action === action).length;
  const parts = [
    `${count('create')} to create`,
    `${count('update')} to update`,
    `${count('delete')} to delete`,
    ...(count('release') > 0 ? [`${count('release')} to release`] : []),
    `${count('unchanged')} unchanged`,
  ];
  return [...lines, `${plan.source}: ${parts.join(', ')}.`].join('\n');
}

function difference(action: StepAction, { before, after }: FieldChange): string {
  return action === 'create' ? (after ?? '') : `${before ?? '(none)'} -> ${after ?? '(none)'}`;
}
