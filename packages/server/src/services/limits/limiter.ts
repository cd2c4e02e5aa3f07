import type { LimitCosts, LimitLeft, LimitPolicy, LimitRefusal } from '../../domain/limits.ts';

/** Something that was let in. */
export type Admission = {
  /**
   * Ends it: what was open is open no more, and the costs named here replace those guessed when it came in. Only the first
   * call counts. Never waits and never throws: an implementation that asks another machine does so on its own time.
   */
  leave(actual: LimitCosts): void;
  /** What is left under each of its policies, in their order; not older than its coming in. */
  left(): readonly LimitLeft[];
};

/**
 * Lets things in under policies. An implementation that asks another machine answers with a promise, which never rejects:
 * whether to let in while that machine is away is its own decision. One in memory answers at once, because the hot path
 * waits for nothing.
 */
export type Limiter = {
  /**
   * Takes the costs from all the policies, or from none when one has no room: the first of these, in the given order, is
   * told. No two of the policies are of the same subject, metric and window. What is remembered of a policy survives a
   * change of its amount.
   */
  admit(
    policies: readonly LimitPolicy[],
    costs: LimitCosts,
  ): Admission | LimitRefusal | Promise<Admission | LimitRefusal>;
};
