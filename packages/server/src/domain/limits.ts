/** Who or what a limit is about. */
export type LimitSubject = {
  readonly kind: 'key' | 'user' | 'group' | 'channel' | 'organisation';
  readonly id: string;
};

/** What is counted. */
export type LimitMetric = 'requests' | 'tokens';

/**
 * One limit: of `amount` in `windowMs`, which come back evenly over it (the generic cell rate algorithm: one timestamp,
 * no window edges, a burst of a whole window's amount). Without a window, what counts is what is open at the same time.
 */
export type LimitPolicy = {
  readonly subject: LimitSubject;
  readonly metric: LimitMetric;
  readonly windowMs: number | undefined;
  readonly amount: number;
};

/** How much of each metric something takes; absent is nothing. */
export type LimitCosts = Readonly<Partial<Record<LimitMetric, number>>>;

/** The policy that has no room, and when it will. */
export type LimitRefusal = { readonly refused: LimitPolicy; readonly retryAfterMs: number };

/** What is left under a policy, and in how long all of it will be. */
export type LimitLeft = { readonly policy: LimitPolicy; readonly remaining: number; readonly resetMs: number };

/** What has to be remembered of one policy. */
export type LimitState = {
  /** With a window: when all will have come back, ms. It lies in the past while nothing is owed. */
  at: number;
  /** Without a window: how much is open. */
  open: number;
};

/** How soon to try again where nobody knows when something open will end. */
const openRetryMs = 1000;

/** Milliseconds until `cost` more fits under a policy; 0 when it fits now. Changes nothing. */
export function waitForRoom(state: LimitState, policy: LimitPolicy, cost: number, nowMs: number): number {
  const { windowMs, amount } = policy;
  if (windowMs === undefined) return state.open + cost > amount ? openRetryMs : 0;
  // What is larger than the whole amount would never fit; it may pass when nothing else is owed.
  const owed = Math.max(state.at, nowMs) - nowMs + (Math.min(cost, amount) * windowMs) / amount;
  // A thousandth of a millisecond of slack absorbs floating-point error at the exact edge.
  return owed <= windowMs + 0.001 ? 0 : Math.ceil(owed - windowMs);
}

/** Counts what was let in. */
export function take(state: LimitState, policy: LimitPolicy, cost: number, nowMs: number): void {
  const { windowMs, amount } = policy;
  if (windowMs === undefined) state.open += cost;
  else state.at = Math.max(state.at, nowMs) + (cost * windowMs) / amount;
}

/** Ends what was let in: what was open is open no more, and a guessed cost is corrected by what it really was. */
export function giveBack(state: LimitState, policy: LimitPolicy, guessed: number, actual: number, nowMs: number): void {
  const { windowMs, amount } = policy;
  if (windowMs === undefined) state.open -= guessed;
  else if (actual !== guessed)
    state.at = Math.max(nowMs - windowMs, state.at + ((actual - guessed) * windowMs) / amount);
}

/** What is left now. */
export function leftOf(state: LimitState, policy: LimitPolicy, nowMs: number): LimitLeft {
  const { windowMs, amount } = policy;
  if (windowMs === undefined) return { policy, remaining: Math.max(0, amount - state.open), resetMs: 0 };
  const owedMs = Math.max(0, state.at - nowMs);
  return { policy, remaining: Math.max(0, Math.floor(amount * (1 - owedMs / windowMs))), resetMs: owedMs };
}

/** Whether a state says nothing that a fresh one would not. */
export const isIdle = (state: LimitState, nowMs: number): boolean => state.open === 0 && state.at <= nowMs;
