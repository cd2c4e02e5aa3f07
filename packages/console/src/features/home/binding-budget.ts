import type { BudgetView } from '@tollgate/contract/api/budgets';

type Counted = Pick<BudgetView, 'keyId' | 'teamId' | 'model' | 'spentNanos' | 'limitNanos'>;

const shareOf = ({ spentNanos, limitNanos }: Counted): number =>
  limitNanos === '0' ? 1 : Number(spentNanos) / Number(limitNanos);

/** Of the budgets for everything that a person does, the one that is used up most: it stops them first. */
export const bindingBudget = <B extends Counted>(budgets: readonly B[]): B | undefined =>
  budgets
    .filter(({ keyId, teamId, model }) => keyId === null && teamId === null && model === null)
    .toSorted((one, other) => shareOf(other) - shareOf(one))[0];
