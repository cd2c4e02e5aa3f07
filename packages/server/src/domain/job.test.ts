import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { backOffMs, every } from './job.ts';

test('law: a back-off doubles up to its bound, and chance takes at most half of it', () => {
  fc.assert(
    fc.property(
      fc.record({ firstMs: fc.integer({ min: 1, max: 1e6 }), maxMs: fc.integer({ min: 1, max: 1e9 }) }),
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (policy, attempt, random) => {
        const longest = backOffMs(attempt, policy, 1);
        const ms = backOffMs(attempt, policy, random);
        expect(Number.isSafeInteger(ms)).toBe(true);
        expect(ms).toBeLessThanOrEqual(longest);
        expect(ms).toBeGreaterThanOrEqual(Math.floor(longest / 2));
        expect(longest).toBeLessThanOrEqual(policy.maxMs);
        if (longest < policy.maxMs) expect(backOffMs(attempt + 1, policy, 1)).toBe(Math.min(policy.maxMs, 2 * longest));
      },
    ),
  );
});

test('law: the next moment of a schedule is later, no further than its period, and the same for all who ask before it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 0, max: 4e12 }),
      fc.nat(),
      (period, after, shift) => {
        const next = every(period)(after);
        expect(next).toBeGreaterThan(after);
        expect(next - after).toBeLessThanOrEqual(period);
        expect(every(period)(after + (shift % (next - after)))).toBe(next);
      },
    ),
  );
});
