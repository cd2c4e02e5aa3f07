import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { checkLimits, enter, freshLimitState, leave, viewLimits } from './limits.ts';

const none = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined };

describe('limits', () => {
  test('a minute allows exactly its requests, then says how long to wait', () => {
    const limits = { ...none, requestsPerMinute: 60 };
    const state = freshLimitState(0);
    for (let i = 0; i < 60; i++) {
      expect(checkLimits(state, limits, 0, 0)).toBeUndefined();
      enter(state, limits, 0, 0);
    }
    expect(checkLimits(state, limits, 0, 0)).toEqual({ limit: 'requests', allowed: 60, retryAfterMs: 1000 });
    expect(checkLimits(state, limits, 0, 1000)).toBeUndefined();
    expect(viewLimits(state, limits, 0).requests).toEqual({ limit: 60, remaining: 0, resetMs: 60_000 });
  });

  test('tokens are corrected by what was really used', () => {
    const limits = { ...none, tokensPerMinute: 1000 };
    const state = freshLimitState(0);
    enter(state, limits, 900, 0);
    expect(checkLimits(state, limits, 200, 0)?.limit).toBe('tokens');
    leave(state, limits, 900, 100, 0);
    expect(checkLimits(state, limits, 200, 0)).toBeUndefined();
    expect(viewLimits(state, limits, 0).tokens?.remaining).toBe(900);
  });

  test('a request larger than the whole allowance passes when nothing is owed', () => {
    const limits = { ...none, tokensPerMinute: 100 };
    expect(checkLimits(freshLimitState(0), limits, 5000, 0)).toBeUndefined();
  });

  test('requests at once are counted up and down', () => {
    const limits = { ...none, concurrent: 1 };
    const state = freshLimitState(0);
    enter(state, limits, 0, 0);
    expect(checkLimits(state, limits, 0, 0)?.limit).toBe('concurrent');
    leave(state, limits, 0, 0, 0);
    expect(checkLimits(state, limits, 0, 0)).toBeUndefined();
  });

  test('law: over any minute at most twice the allowance, over n minutes at most n + 1 of them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 400 }),
        (rpm, gaps) => {
          const limits = { ...none, requestsPerMinute: rpm };
          const state = freshLimitState(0);
          let now = 0;
          let admitted = 0;
          for (const gap of gaps) {
            now += gap;
            if (checkLimits(state, limits, 0, now)) continue;
            enter(state, limits, 0, now);
            admitted++;
          }
          expect(admitted).toBeLessThanOrEqual(Math.floor(rpm * (now / 60_000 + 1) + 1e-6));
        },
      ),
    );
  });
});
