/**
 * Where a job stands. `waiting` until it is due, `running` while a process holds a claim on it, then `done`; `dead` when it has
 * failed too often or cannot be run at all; `cancelled` by a person. The last three rest: nobody claims them.
 */
export const jobStates = ['waiting', 'running', 'done', 'dead', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];
