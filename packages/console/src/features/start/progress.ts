/** How far the set-up of a gateway has come: told by what is there, so that it goes on wherever it was left. */

export const stepIds = ['checks', 'mode', 'provider', 'request'] as const;
export type StepId = (typeof stepIds)[number];

/** What is there. */
export type Facts = {
  readonly modeChosen: boolean;
  /** Channels that serve something. */
  readonly serving: number;
  /** Requests that were answered well. */
  readonly served: number;
};

/** The steps that are done. What comes after something that is done was passed. */
export function doneSteps({ modeChosen, serving, served }: Facts): ReadonlySet<StepId> {
  const done = new Set<StepId>();
  if (served > 0) done.add('request');
  if (serving > 0 || done.size > 0) done.add('provider');
  if (modeChosen) done.add('mode');
  if (done.size > 0) done.add('checks');
  return done;
}

/** Where to go on: the first step that is not done; the last one when all are. */
export const nextStep = (done: ReadonlySet<StepId>): StepId => stepIds.find((id) => !done.has(id)) ?? 'request';

export const stepAfter = (id: StepId): StepId => stepIds[stepIds.indexOf(id) + 1] ?? id;
