import { describe, expect, test } from 'bun:test';
import type { LimitPolicy } from '../../domain/limits.ts';
import { openMemoryLimiter } from './memory-limiter.ts';
import { describeLimiter } from './testing/contract-suite.ts';

describeLimiter('limits in memory', () => {
  let now = 1_000_000;
  return { limiter: openMemoryLimiter(() => now), advance: (ms) => void (now += ms) };
});

const requestsOf = (id: string, windowMs: number | undefined): LimitPolicy => ({
  subject: { kind: 'key', id },
  metric: 'requests',
  windowMs,
  amount: 1,
});

describe('limits in memory', () => {
  test('answer at once', () => {
    const limiter = openMemoryLimiter(() => 0);
    const policy = requestsOf('a', 1000);
    expect(limiter.admit([policy], { requests: 1 })).not.toBeInstanceOf(Promise);
    expect(limiter.admit([policy], { requests: 1 })).toEqual({ refused: policy, retryAfterMs: 1000 });
  });

  test('forget what is idle once there are many, and nothing that is owed, open, or still to be corrected', () => {
    let now = 0;
    const limiter = openMemoryLimiter(() => now, 10);
    const enter = (policy: LimitPolicy) => {
      const answer = limiter.admit([policy], { requests: 1 });
      if ('refused' in answer) throw new Error('refused');
      return answer;
    };
    const open = enter(requestsOf('open', undefined));
    const owed = enter(requestsOf('owed', 100_000));
    const running = enter(requestsOf('running', 1000));
    owed.leave({});
    for (let index = 0; index < 7; index++) enter(requestsOf(`idle ${index}`, 1000)).leave({});
    expect(limiter.size()).toBe(10);
    now = 2000;
    enter(requestsOf('one more', 1000));
    expect(limiter.size()).toBe(4);
    expect('refused' in limiter.admit([requestsOf('open', undefined)], { requests: 1 })).toBe(true);
    expect('refused' in limiter.admit([requestsOf('owed', 100_000)], { requests: 1 })).toBe(true);
    running.leave({ requests: 3 });
    expect('refused' in limiter.admit([requestsOf('running', 1000)], { requests: 1 })).toBe(true);
    open.leave({});
    enter(requestsOf('open', undefined));
  });

  test('look for idle ones ever more rarely while there are none', () => {
    const limiter = openMemoryLimiter(() => 0, 4);
    for (let index = 0; index < 100; index++) limiter.admit([requestsOf(`${index}`, undefined)], { requests: 1 });
    expect(limiter.size()).toBe(100);
  });
});
