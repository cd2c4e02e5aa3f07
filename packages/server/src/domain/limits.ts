import type { RateLimits } from './snapshot.ts';

/**
 * Requests and tokens per minute by the generic cell rate algorithm (GCRA: one timestamp each, no window edges), and
 * requests at once. A subject is a key or a user. The burst is a whole minute's allowance.
 */
export type LimitState = {
  /** Theoretical arrival time of the next request and token, ms. */
  requestsAt: number;
  tokensAt: number;
  open: number;
  /** Last touched, for eviction. */
  usedAt: number;
};

export type LimitRefusal = {
  readonly limit: 'requests' | 'tokens' | 'concurrent';
  readonly allowed: number;
  readonly retryAfterMs: number;
};

/** What is left, for the `x-ratelimit-*` headers; a part is undefined when that limit is not set. */
export type LimitView = {
  readonly requests: { readonly limit: number; readonly remaining: number; readonly resetMs: number } | undefined;
  readonly tokens: { readonly limit: number; readonly remaining: number; readonly resetMs: number } | undefined;
};

const minuteMs = 60_000;

export const freshLimitState = (nowMs: number): LimitState => ({
  requestsAt: nowMs,
  tokensAt: nowMs,
  open: 0,
  usedAt: nowMs,
});

/** Whether one more request of about `tokens` tokens fits; changes nothing. */
export function checkLimits(
  state: LimitState,
  limits: RateLimits,
  tokens: number,
  nowMs: number,
): LimitRefusal | undefined {
  if (limits.concurrent !== undefined && state.open >= limits.concurrent)
    return { limit: 'concurrent', allowed: limits.concurrent, retryAfterMs: 1000 };
  if (limits.requestsPerMinute !== undefined) {
    const wait = waitFor(state.requestsAt, limits.requestsPerMinute, 1, nowMs);
    if (wait > 0) return { limit: 'requests', allowed: limits.requestsPerMinute, retryAfterMs: wait };
  }
  if (limits.tokensPerMinute !== undefined) {
    // A request larger than the whole allowance would never fit; it may pass when nothing else is owed.
    const wait = waitFor(state.tokensAt, limits.tokensPerMinute, Math.min(tokens, limits.tokensPerMinute), nowMs);
    if (wait > 0) return { limit: 'tokens', allowed: limits.tokensPerMinute, retryAfterMs: wait };
  }
  return undefined;
}

/** Counts an admitted request; `leave` must follow once. */
export function enter(state: LimitState, limits: RateLimits, tokens: number, nowMs: number): void {
  state.open++;
  state.usedAt = nowMs;
  if (limits.requestsPerMinute !== undefined)
    state.requestsAt = advance(state.requestsAt, limits.requestsPerMinute, 1, nowMs);
  if (limits.tokensPerMinute !== undefined)
    state.tokensAt = advance(state.tokensAt, limits.tokensPerMinute, tokens, nowMs);
}

/** Ends a request and corrects the tokens guessed at `enter` by what they really were. */
export function leave(state: LimitState, limits: RateLimits, guessed: number, actual: number, nowMs: number): void {
  state.open--;
  state.usedAt = nowMs;
  if (limits.tokensPerMinute !== undefined && actual !== guessed)
    state.tokensAt = Math.max(
      nowMs - minuteMs,
      state.tokensAt + ((actual - guessed) * minuteMs) / limits.tokensPerMinute,
    );
}

/** What remains now. */
export function viewLimits(state: LimitState, limits: RateLimits, nowMs: number): LimitView {
  return {
    requests: viewOf(state.requestsAt, limits.requestsPerMinute, nowMs),
    tokens: viewOf(state.tokensAt, limits.tokensPerMinute, nowMs),
  };
}

function viewOf(at: number, perMinute: number | undefined, nowMs: number) {
  if (perMinute === undefined) return undefined;
  const owedMs = Math.max(0, at - nowMs);
  return { limit: perMinute, remaining: Math.max(0, Math.floor(perMinute * (1 - owedMs / minuteMs))), resetMs: owedMs };
}

const advance = (at: number, perMinute: number, count: number, nowMs: number): number =>
  Math.max(at, nowMs) + (count * minuteMs) / perMinute;

/** Milliseconds until `count` more fit within the minute's allowance; 0 when they fit now. */
function waitFor(at: number, perMinute: number, count: number, nowMs: number): number {
  const owed = Math.max(at, nowMs) - nowMs + (count * minuteMs) / perMinute;
  // A thousandth of a millisecond of slack absorbs floating-point error at the exact edge.
  return owed <= minuteMs + 0.001 ? 0 : Math.ceil(owed - minuteMs);
}
