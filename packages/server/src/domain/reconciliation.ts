/** What we think that requests cost on a day at one account, by the name that its provider knows the model by. */
export type OurCost = {
  /** ms of the day's start in UTC. */
  readonly day: number;
  readonly model: string;
  readonly cost: bigint;
  /** What people were charged for requests of unknown cost. */
  readonly unknown: bigint;
  readonly requests: number;
};

/** What the provider says; a day without any of these is one of which it says nothing. */
export type TheirCost = { readonly day: number; readonly model: string; readonly amount: bigint };

/** Both sides of a day, of a model, or of all; nano-dollars. */
export type Sides = {
  readonly ours: bigint;
  readonly theirs: bigint | undefined;
  readonly unknown: bigint;
  readonly requests: number;
};

/** Theirs less ours, by its reason. They add up to the whole difference. */
export type Differences = {
  /** Days of which the provider says nothing. */
  readonly notReported: bigint;
  /** Models that we did not serve. */
  readonly onlyTheirs: bigint;
  /** Models that the provider does not list. */
  readonly onlyOurs: bigint;
  /** Models that both know. */
  readonly sameModels: bigint;
};

export type Comparison = {
  readonly days: ReadonlyMap<number, Sides>;
  /** Of the reported days, by the name that the provider has, or ours where it has none. */
  readonly models: ReadonlyMap<string, Sides>;
  readonly total: Sides;
  readonly differences: Differences;
};

const nothing: Sides = { ours: 0n, theirs: undefined, unknown: 0n, requests: 0 };

/** Invoices name a model with the date of its version, or without; `latest` is one of them. */
export const sameName = (model: string): string =>
  model.toLowerCase().replace(/-(?:20\d{2}-?\d{2}-?\d{2}|latest)$/, '');

/** Puts both sides beside each other, and says of each difference why it is there. */
export function reconcile(ours: readonly OurCost[], theirs: readonly TheirCost[]): Comparison {
  const reported = new Set(theirs.map(({ day }) => day));
  const days = new Map<number, Sides>();
  const models = new Map<string, Sides>();
  const names = new Map<string, string>();
  let total = nothing;
  const note = (day: number, model: string, more: Sides): void => {
    total = sum(total, more);
    days.set(day, sum(days.get(day) ?? nothing, more));
    const key = sameName(model);
    if (!reported.has(day) || key === '') return;
    models.set(key, sum(models.get(key) ?? nothing, more));
    if (!names.has(key) || more.theirs !== undefined) names.set(key, model);
  };
  for (const { day, model, amount } of theirs) note(day, model, { ...nothing, theirs: amount });
  for (const { day, model, cost, unknown, requests } of ours)
    note(day, model, { ours: cost, theirs: undefined, unknown, requests });
  return {
    days: new Map([...days].toSorted(([one], [other]) => one - other)),
    models: new Map([...models].map(([key, sides]) => [names.get(key) ?? key, sides])),
    total,
    differences: differencesOf(ours, reported, models),
  };
}

function differencesOf(
  ours: readonly OurCost[],
  reported: ReadonlySet<number>,
  models: ReadonlyMap<string, Sides>,
): Differences {
  let [onlyTheirs, onlyOurs, sameModels] = [0n, 0n, 0n];
  for (const sides of models.values())
    if (sides.theirs === undefined) onlyOurs -= sides.ours;
    else if (sides.requests === 0) onlyTheirs += sides.theirs;
    else sameModels += sides.theirs - sides.ours;
  const notReported = -ours.reduce((all, { day, cost }) => (reported.has(day) ? all : all + cost), 0n);
  return { notReported, onlyTheirs, onlyOurs, sameModels };
}

const sum = (one: Sides, other: Sides): Sides => ({
  ours: one.ours + other.ours,
  theirs: one.theirs === undefined ? other.theirs : one.theirs + (other.theirs ?? 0n),
  unknown: one.unknown + other.unknown,
  requests: one.requests + other.requests,
});
