import {
  checkLimits,
  enter,
  freshLimitState,
  leave,
  viewLimits,
  type LimitRefusal,
  type LimitState,
  type LimitView,
} from '../../domain/limits.ts';
import type { KeyRecord, RateLimits } from '../../domain/snapshot.ts';

/** A request that was let in; `leave` takes the tokens it really used, once. */
export type Admission = { leave(tokens: number): void; view(): LimitView | undefined };

export type RateLimiter = {
  /** Lets a request of about `tokens` tokens in under its key's and its user's limits, or says which one refuses. */
  admit(
    key: KeyRecord,
    userDefaults: RateLimits,
    tokens: number,
  ): Admission | { readonly refused: LimitRefusal; readonly of: 'key' | 'user' };
};

/** Subjects remembered at once. Idle ones are swept first; one with open requests is never dropped. */
const maxSubjects = 100_000;

const free: Admission = { leave: () => undefined, view: () => undefined };

const limited = (limits: RateLimits): boolean =>
  limits.requestsPerMinute !== undefined || limits.tokensPerMinute !== undefined || limits.concurrent !== undefined;

/** Limits of this process, in memory. Several processes each allow the whole limit until a shared store joins. */
export function openRateLimiter(now: () => number): RateLimiter {
  const states = new Map<string, LimitState>();

  const find = (subject: string, at: number): LimitState => {
    let state = states.get(subject);
    if (state) return state;
    if (states.size >= maxSubjects) sweep(at);
    state = freshLimitState(at);
    states.set(subject, state);
    return state;
  };
  const sweep = (at: number): void => {
    for (const [subject, state] of states)
      if (state.open === 0 && state.requestsAt <= at && state.tokensAt <= at) states.delete(subject);
  };

  return {
    admit(key, userDefaults, tokens) {
      const own = key.user.limits;
      const userLimits: RateLimits = {
        requestsPerMinute: own.requestsPerMinute ?? userDefaults.requestsPerMinute,
        tokensPerMinute: own.tokensPerMinute ?? userDefaults.tokensPerMinute,
        concurrent: own.concurrent ?? userDefaults.concurrent,
      };
      const keyed = limited(key.limits);
      const usered = limited(userLimits);
      if (!keyed && !usered) return free;

      const at = now();
      const keyState = keyed ? find(`key:${key.id}`, at) : undefined;
      const userState = usered ? find(`user:${key.user.id}`, at) : undefined;
      const keyRefusal = keyState && checkLimits(keyState, key.limits, tokens, at);
      if (keyRefusal) return { refused: keyRefusal, of: 'key' };
      const userRefusal = userState && checkLimits(userState, userLimits, tokens, at);
      if (userRefusal) return { refused: userRefusal, of: 'user' };
      if (keyState) enter(keyState, key.limits, tokens, at);
      if (userState) enter(userState, userLimits, tokens, at);

      let left = false;
      return {
        leave(actual) {
          if (left) return;
          left = true;
          if (keyState) leave(keyState, key.limits, tokens, actual, now());
          if (userState) leave(userState, userLimits, tokens, actual, now());
        },
        view: () =>
          keyState ? viewLimits(keyState, key.limits, now()) : userState && viewLimits(userState, userLimits, now()),
      };
    },
  };
}
