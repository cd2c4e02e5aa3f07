import type { Clock } from '../relay/deps.ts';

/** The clock of the process. Whoever needs the time is given this one, or a test's. */
export const clock: Clock = { now: () => Date.now(), elapsed: () => performance.now() };
