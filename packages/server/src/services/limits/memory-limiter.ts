import {
  giveBack,
  isIdle,
  leftOf,
  take,
  waitForRoom,
  type LimitCosts,
  type LimitPolicy,
  type LimitRefusal,
  type LimitState,
  type LimitSubject,
} from '../../domain/limits.ts';
import type { Admission } from './limiter.ts';

/** A {@link Limiter} that answers at once. */
export type MemoryLimiter = {
  admit(policies: readonly LimitPolicy[], costs: LimitCosts): Admission | LimitRefusal;
  /** How many subjects are remembered. */
  size(): number;
};

/** What is remembered of one limit, and how many of those that were let in will still come back to it. */
type Remembered = LimitState & Pick<LimitPolicy, 'metric' | 'windowMs'> & { inside: number };

/** A policy with its state and what was taken of it. */
type Taken = { readonly policy: LimitPolicy; readonly state: Remembered; readonly cost: number };

const nothingLeft: readonly never[] = [];
const unlimited: Admission = { leave: () => undefined, left: () => nothingLeft };

/**
 * Limits of this process, in memory: several processes each allow the whole amount. `now` is a clock in ms that never goes
 * back. Beyond `maxSubjects` the idle ones are forgotten; one that owes, or that somebody will come back to, never is.
 */
export function openMemoryLimiter(now: () => number, maxSubjects = 100_000): MemoryLimiter {
  // Each subject has few limits, so that looking them up by name costs more than looking at all of them.
  const subjects = new Map<string, Remembered[]>();
  let sweepAt = maxSubjects;

  const statesOf = ({ kind, id }: LimitSubject, at: number): Remembered[] => {
    const name = `${kind}:${id}`;
    let states = subjects.get(name);
    if (states) return states;
    if (subjects.size >= sweepAt) sweep(at);
    states = [];
    subjects.set(name, states);
    return states;
  };
  const sweep = (at: number): void => {
    for (const [name, states] of subjects)
      if (states.every((state) => state.inside === 0 && isIdle(state, at))) subjects.delete(name);
    // Where few were idle, the next look at all of them is as far away as they are many.
    sweepAt = Math.max(maxSubjects, subjects.size * 2);
  };

  return {
    admit(policies, costs) {
      if (policies.length === 0) return unlimited;
      const at = now();
      const all: Taken[] = [];
      let subject: LimitSubject | undefined;
      let states: Remembered[] = [];
      for (const policy of policies) {
        if (policy.subject !== subject) states = statesOf((subject = policy.subject), at);
        const state = stateFor(states, policy, at);
        const cost = costs[policy.metric] ?? 0;
        const retryAfterMs = waitForRoom(state, policy, cost, at);
        if (retryAfterMs > 0) return { refused: policy, retryAfterMs };
        all.push({ policy, state, cost });
      }
      for (const { policy, state, cost } of all) {
        take(state, policy, cost, at);
        state.inside++;
      }
      return admission(all, now);
    },
    size: () => subjects.size,
  };
}

/** What is remembered of a policy, among the limits of its subject. A change of its amount keeps it. */
function stateFor(states: Remembered[], { metric, windowMs }: LimitPolicy, at: number): Remembered {
  for (const state of states) if (state.metric === metric && state.windowMs === windowMs) return state;
  const state = { at, open: 0, inside: 0, metric, windowMs };
  states.push(state);
  return state;
}

function admission(all: readonly Taken[], now: () => number): Admission {
  let over = false;
  return {
    leave(actual) {
      if (over) return;
      over = true;
      const at = now();
      for (const { policy, state, cost } of all) {
        state.inside--;
        giveBack(state, policy, cost, actual[policy.metric] ?? cost, at);
      }
    },
    left: () => {
      const at = now();
      return all.map(({ policy, state }) => leftOf(state, policy, at));
    },
  };
}
