type Dated = { readonly spentNanos: string; readonly limitNanos: string; readonly forecastAt: number | null };

/** How much of a budget is used up, from 0 on; 1 is all of it. */
export const shareOf = ({ spentNanos, limitNanos }: Pick<Dated, 'spentNanos' | 'limitNanos'>): number => {
  const limit = Number(limitNanos);
  return limit === 0 ? 1 : Number(spentNanos) / limit;
};

/** What is spent, or will be next, first; then by how much is used up. */
export const byUrgency = <B extends Dated>(budgets: readonly B[]): readonly B[] =>
  budgets.toSorted((a, b) => (a.forecastAt ?? Infinity) - (b.forecastAt ?? Infinity) || shareOf(b) - shareOf(a));
