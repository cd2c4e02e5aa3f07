import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { LimitCosts, LimitMetric, LimitPolicy, LimitRefusal, LimitSubject } from '../../../domain/limits.ts';
import type { Admission, Limiter } from '../limiter.ts';

/** A limiter that remembers nothing yet, by a clock that only the suite moves. */
export type LimiterUnderTest = { readonly limiter: Limiter; advance(ms: number): void; close?(): Promise<void> };

const minute = 60_000;
const key: LimitSubject = { kind: 'key', id: 'key_1' };
const user: LimitSubject = { kind: 'user', id: 'usr_1' };

const perMinute = (subject: LimitSubject, metric: LimitMetric, amount: number): LimitPolicy => ({
  subject,
  metric,
  windowMs: minute,
  amount,
});
const atOnce = (subject: LimitSubject, amount: number): LimitPolicy => ({
  subject,
  metric: 'requests',
  windowMs: undefined,
  amount,
});

const one: LimitCosts = { requests: 1 };

/** What every limiter promises, wherever it remembers. `open` makes one that shares nothing with those before. */
export function describeLimiter(name: string, open: () => LimiterUnderTest | Promise<LimiterUnderTest>): void {
  const using = async (work: (under: LimiterUnderTest) => Promise<void>): Promise<void> => {
    const under = await open();
    try {
      await work(under);
    } finally {
      await under.close?.();
    }
  };
  /** Lets in, or fails. */
  const enter = async (
    { limiter }: LimiterUnderTest,
    policies: readonly LimitPolicy[],
    costs: LimitCosts = one,
  ): Promise<Admission> => {
    const answer = await limiter.admit(policies, costs);
    if ('refused' in answer) throw new Error(`refused by ${JSON.stringify(answer)}`);
    return answer;
  };
  /** Is refused, or fails. */
  const refused = async (
    { limiter }: LimiterUnderTest,
    policies: readonly LimitPolicy[],
    costs: LimitCosts = one,
  ): Promise<LimitRefusal> => {
    const answer = await limiter.admit(policies, costs);
    if (!('refused' in answer)) throw new Error('was let in');
    return answer;
  };
  const law = (title: string, work: (under: LimiterUnderTest) => Promise<void>): void => test(title, () => using(work));

  describe(`${name}: rates`, () => {
    law('a window allows exactly its amount at once, then says how long to wait', async (under) => {
      const policy = perMinute(key, 'requests', 60);
      for (let count = 0; count < 60; count++) await enter(under, [policy]);
      expect(await refused(under, [policy])).toEqual({ refused: policy, retryAfterMs: 1000 });
      under.advance(999);
      expect((await refused(under, [policy])).retryAfterMs).toBe(1);
      under.advance(1);
      await enter(under, [policy]);
    });

    law('windows are of any length, and the same metric may have several', async (under) => {
      const policies = [perMinute(key, 'requests', 2), { ...perMinute(key, 'requests', 3), windowMs: 60 * minute }];
      await enter(under, policies);
      await enter(under, policies);
      expect((await refused(under, policies)).refused).toEqual(policies[0] as LimitPolicy);
      under.advance(minute);
      await enter(under, policies);
      under.advance(minute);
      const { refused: hourly, retryAfterMs } = await refused(under, policies);
      expect(hourly).toEqual(policies[1] as LimitPolicy);
      expect(retryAfterMs).toBe(18 * minute);
    });

    law('a guess is corrected by what it really was, once', async (under) => {
      const policy = perMinute(key, 'tokens', 1000);
      const admission = await enter(under, [policy], { tokens: 900 });
      expect((await refused(under, [policy], { tokens: 200 })).refused).toEqual(policy);
      admission.leave({ tokens: 100 });
      admission.leave({ tokens: 0 });
      expect(admission.left()).toEqual([{ policy, remaining: 900, resetMs: 6000 }]);
      const more = await enter(under, [policy], { tokens: 900 });
      more.leave({ tokens: 1900 });
      // What was used beyond the amount is owed.
      expect((await refused(under, [policy], { tokens: 0 })).retryAfterMs).toBe(minute);
    });

    law('what comes back late counts for what was taken meanwhile, up to one window', async (under) => {
      const policy = perMinute(key, 'tokens', 4);
      for (const [late, used, left] of [
        [8, 8, 4],
        [40, 12, 0],
      ] as const) {
        const first = await enter(under, [policy], { tokens: late });
        under.advance((late / 4) * minute);
        const second = await enter(under, [policy], { tokens: 4 });
        first.leave({ tokens: 0 });
        second.leave({ tokens: used });
        expect(second.left().map(({ remaining }) => remaining)).toEqual([left]);
        under.advance(60 * minute);
      }
    });

    law('a cost that nobody corrects stays as it was guessed', async (under) => {
      const policies = [perMinute(key, 'requests', 10), perMinute(key, 'tokens', 100)];
      const admission = await enter(under, policies, { requests: 1, tokens: 40 });
      admission.leave({});
      expect(admission.left().map(({ remaining }) => remaining)).toEqual([9, 60]);
    });

    law('what is larger than the whole amount passes when nothing is owed, and is owed then', async (under) => {
      const policy = perMinute(key, 'tokens', 100);
      await enter(under, [policy], { tokens: 5000 });
      expect((await refused(under, [policy], { tokens: 1 })).retryAfterMs).toBe(49 * minute + 600);
    });
  });

  describe(`${name}: at once`, () => {
    law('what is open counts until it leaves, once', async (under) => {
      const policy = atOnce(key, 2);
      const [first] = [await enter(under, [policy]), await enter(under, [policy])];
      expect(await refused(under, [policy])).toEqual({ refused: policy, retryAfterMs: 1000 });
      under.advance(60 * minute);
      await refused(under, [policy]);
      first?.leave({});
      first?.leave({});
      const third = await enter(under, [policy]);
      expect(third.left()).toEqual([{ policy, remaining: 0, resetMs: 0 }]);
      await refused(under, [policy]);
    });

    law('a correction of the costs does not keep anything open', async (under) => {
      const policy = atOnce(key, 1);
      (await enter(under, [policy])).leave({ requests: 5, tokens: 7 });
      await enter(under, [policy]);
    });
  });

  describe(`${name}: policies`, () => {
    law('without any, everything is let in', async (under) => {
      const admission = await enter(under, [], { requests: 1e9, tokens: 1e12 });
      admission.leave({ tokens: 1 });
      expect(admission.left()).toEqual([]);
    });

    law('who is refused by one has taken nothing of the others', async (under) => {
      const own = perMinute(key, 'requests', 10);
      const open = atOnce(key, 10);
      const shared = perMinute(user, 'requests', 1);
      await enter(under, [shared]);
      expect((await refused(under, [own, open, shared])).refused).toEqual(shared);
      expect((await enter(under, [own, open])).left().map(({ remaining }) => remaining)).toEqual([9, 9]);
    });

    law('the first without room is told', async (under) => {
      const policies = [atOnce(key, 1), perMinute(key, 'requests', 1), perMinute(user, 'requests', 1)];
      const admission = await enter(under, policies);
      expect((await refused(under, policies)).refused).toEqual(policies[0] as LimitPolicy);
      admission.leave({});
      expect((await refused(under, policies)).refused).toEqual(policies[1] as LimitPolicy);
      expect((await refused(under, policies.slice(2))).refused).toEqual(policies[2] as LimitPolicy);
    });

    law('subjects, metrics and windows are apart', async (under) => {
      const same: LimitSubject[] = (['key', 'user', 'group', 'channel', 'organisation'] as const).flatMap((kind) => [
        { kind, id: '1' },
        { kind, id: '2' },
      ]);
      const policies = same.flatMap((subject) => [
        perMinute(subject, 'requests', 1),
        perMinute(subject, 'tokens', 1),
        { ...perMinute(subject, 'requests', 1), windowMs: 2 * minute },
        atOnce(subject, 1),
      ]);
      for (const policy of policies) await enter(under, [policy], { requests: 1, tokens: 1 });
      for (const policy of policies) await refused(under, [policy], { requests: 1, tokens: 1 });
    });

    law('what was taken is remembered when the amount changes', async (under) => {
      const small = perMinute(key, 'requests', 2);
      await enter(under, [small]);
      await enter(under, [small]);
      await refused(under, [small]);
      // The same minute's worth is owed; of a larger amount, it is more.
      const large = perMinute(key, 'requests', 600);
      expect((await refused(under, [large])).retryAfterMs).toBe(100);
      const open = atOnce(key, 1);
      await enter(under, [open]);
      await enter(under, [{ ...open, amount: 2 }]);
      await refused(under, [{ ...open, amount: 2 }]);
    });

    law('what is left is told for each, in their order', async (under) => {
      const policies = [atOnce(key, 5), perMinute(key, 'tokens', 1000), perMinute(user, 'requests', 4)];
      const admission = await enter(under, policies, { requests: 1, tokens: 250 });
      expect(admission.left()).toEqual([
        { policy: policies[0] as LimitPolicy, remaining: 4, resetMs: 0 },
        { policy: policies[1] as LimitPolicy, remaining: 750, resetMs: 15_000 },
        { policy: policies[2] as LimitPolicy, remaining: 3, resetMs: 15_000 },
      ]);
    });
  });

  describe(`${name}: laws`, () => {
    test('in n windows at most n + 1 amounts are let in', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 100 }),
          fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 200 }),
          (amount, gaps) =>
            using(async (under) => {
              let elapsed = 0;
              let entered = 0;
              for (const gap of gaps) {
                under.advance(gap);
                elapsed += gap;
                const answer = await under.limiter.admit([perMinute(key, 'requests', amount)], one);
                if (!('refused' in answer)) entered++;
              }
              expect(entered).toBeLessThanOrEqual(Math.floor(amount * (elapsed / minute + 1) + 1e-6));
            }),
        ),
        { numRuns: 50 },
      );
    });

    test('any course of comings and goings agrees with a ledger kept in whole amounts', async () => {
      await fc.assert(
        fc.asyncProperty(course, (steps) => using((under) => follow(under, steps))),
        { numRuns: 100 },
      );
    });
  });
}

/** Powers of two, so that neither the limiter nor the ledger rounds and both see the same edges. */
const amounts = [1, 2, 4, 8] as const;
const windows = [undefined, 1024, 8192] as const;

type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'come'; readonly policies: readonly LimitPolicy[]; readonly costs: Required<LimitCosts> }
  | { readonly kind: 'go'; readonly which: number; readonly actual: LimitCosts };

const policyArbitrary: fc.Arbitrary<LimitPolicy> = fc.record({
  subject: fc.constantFrom(key, user),
  metric: fc.constantFrom<LimitMetric>('requests', 'tokens'),
  windowMs: fc.constantFrom(...windows),
  amount: fc.constantFrom(...amounts),
});

const idOf = ({ subject, metric, windowMs }: LimitPolicy): string => `${subject.kind} ${metric} ${windowMs}`;

const course: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 32 }).map((n) => n * 128) }),
    fc.record({
      kind: fc.constant('come' as const),
      policies: fc.uniqueArray(policyArbitrary, { maxLength: 4, selector: idOf }),
      costs: fc.record({ requests: fc.constantFrom(0, 1), tokens: fc.integer({ min: 0, max: 10 }) }),
    }),
    fc.record({
      kind: fc.constant('go' as const),
      which: fc.nat(),
      actual: fc.record({ tokens: fc.integer({ min: 0, max: 20 }) }, { requiredKeys: [] }),
    }),
  ),
  { maxLength: 60 },
);

/** What the ledger has of one policy: how much is open, and how many windows' worth is owed as of `since`. */
type Line = { open: number; owed: number; since: number };

/** Runs a course by a limiter and by a plain ledger of windows' worths, and compares every answer. */
async function follow({ limiter, advance }: LimiterUnderTest, steps: readonly Step[]): Promise<void> {
  const lines = new Map<string, Line>();
  const inside: { admission: Admission; policies: readonly LimitPolicy[]; costs: Required<LimitCosts> }[] = [];
  let now = 0;
  const lineOf = (policy: LimitPolicy): Line => {
    const line = lines.get(idOf(policy)) ?? { open: 0, owed: 0, since: now };
    lines.set(idOf(policy), line);
    if (policy.windowMs !== undefined) line.owed -= (now - line.since) / policy.windowMs;
    line.since = now;
    return line;
  };
  const hasRoom = (policy: LimitPolicy, cost: number): boolean => {
    const line = lineOf(policy);
    if (policy.windowMs === undefined) return line.open + cost <= policy.amount;
    return Math.max(0, line.owed) + Math.min(cost, policy.amount) / policy.amount <= 1;
  };
  for (const step of steps) {
    if (step.kind === 'wait') {
      now += step.ms;
      advance(step.ms);
    } else if (step.kind === 'come') {
      const { policies, costs } = step;
      const full = policies.find((policy) => !hasRoom(policy, costs[policy.metric]));
      const answer = await limiter.admit(policies, costs);
      expect('refused' in answer ? answer.refused : undefined).toEqual(full);
      if ('refused' in answer) {
        expect(answer.retryAfterMs).toBeGreaterThan(0);
        continue;
      }
      for (const policy of policies) {
        const line = lineOf(policy);
        if (policy.windowMs === undefined) line.open += costs[policy.metric];
        else line.owed = Math.max(0, line.owed) + costs[policy.metric] / policy.amount;
      }
      const left = policies.map((policy) => {
        const { open, owed } = lineOf(policy);
        const share = policy.windowMs === undefined ? open / policy.amount : Math.max(0, owed);
        return Math.max(0, Math.floor(policy.amount * (1 - share)));
      });
      expect(answer.left().map(({ remaining }) => remaining)).toEqual(left);
      inside.push({ admission: answer, policies, costs });
    } else if (inside.length > 0) {
      const [gone] = inside.splice(step.which % inside.length, 1);
      gone?.admission.leave(step.actual);
      for (const policy of gone?.policies ?? []) {
        const line = lineOf(policy);
        const guess = gone?.costs[policy.metric] ?? 0;
        const actual = step.actual[policy.metric] ?? guess;
        if (policy.windowMs === undefined) line.open -= guess;
        // Nobody may save up more than one window.
        else if (actual !== guess) line.owed = Math.max(-1, line.owed + (actual - guess) / policy.amount);
      }
    }
  }
}
