import type { LimitRefusal } from '../../domain/limits.ts';
import type { Admission } from '../../services/limits/limiter.ts';
import type { RelayDeps } from '../deps.ts';
import { AllResting } from '../plan/all-resting.ts';
import type { AnyStage, Candidate, Planned } from '../request-context.ts';

/**
 * Takes a place on a candidate's channel, and counts the request on its account; false when the channel has none, or others
 * wait for one and it is not this request's turn. A promise only where the limiter asks another machine.
 */
export function enterChannel(
  deps: RelayDeps,
  context: Planned,
  { target }: Candidate,
  isNext = false,
): boolean | Promise<boolean> {
  const { concurrency, id } = target.channel;
  if (concurrency !== null && !isNext && deps.places.awaited(id)) return false;
  const answered = deps.accounts.begin(target);
  const entered = (admission: Admission | LimitRefusal | undefined): boolean => {
    if (admission && 'refused' in admission) {
      answered?.();
      return false;
    }
    if (answered || admission)
      context.leaveChannel = () => {
        answered?.();
        if (!admission) return;
        admission.leave({});
        deps.places.freed(id);
      };
    return true;
  };
  if (concurrency === null) return entered(undefined);
  const policy = {
    subject: { kind: 'channel', id },
    metric: 'requests',
    windowMs: undefined,
    amount: concurrency,
  } as const;
  const asking = deps.limits.admit([policy], { requests: 1 });
  return asking instanceof Promise ? asking.then(entered) : entered(asking);
}

/**
 * Waits for a place on one of the channels of `full`, as long as `relay.waitForTargetsMs` leaves after what the request has waited
 * for resting ones, and not in a crowd. Undefined where there was none in time, or the client has left. Throws `AllResting` where
 * the place is that of an account which has meanwhile said how long to wait.
 */
export async function placeSoon(
  deps: RelayDeps,
  context: Planned,
  full: readonly Candidate[],
): Promise<Candidate | undefined> {
  const placed = (await enterAny(deps, context, full)) ?? (await waitForAny(deps, context, full));
  if (!placed) return undefined;
  const { target, upstreamModel } = placed;
  const state = deps.health.readiness(target, upstreamModel);
  if (typeof state !== 'object' || !state.stated) return placed;
  // Whoever gave up the place was told to wait; so is this one, rather than to ask in vain.
  leaveChannel(context);
  const others = full.filter((candidate) => candidate !== placed);
  if (others.length > 0) return await placeSoon(deps, context, others);
  throw new AllResting({ model: context.model, until: state.closedUntil, stated: true, now: deps.clock.elapsed() });
}

/** Room may have come while others were asked. */
async function enterAny(deps: RelayDeps, context: Planned, full: readonly Candidate[]): Promise<Candidate | undefined> {
  for (const candidate of full) {
    const entering = enterChannel(deps, context, candidate);
    if (entering instanceof Promise ? await entering : entering) return candidate;
  }
  return undefined;
}

async function waitForAny(
  deps: RelayDeps,
  context: Planned,
  full: readonly Candidate[],
): Promise<Candidate | undefined> {
  const { load, places } = deps;
  const { waitForTargetsMs, maxWaiting } = context.snapshot.settings.relay;
  const ms = waitForTargetsMs - context.waitedMs;
  if (ms <= 0 || load.waiting >= maxWaiting || load.shuttingDown) return undefined;
  const entrances = full.map((candidate) => ({
    channelId: candidate.target.channel.id,
    leadsTo: candidate,
    enter: () => enterChannel(deps, context, candidate, true),
  }));
  const fromMs = deps.clock.elapsed();
  load.waiting++;
  try {
    return await places.wait(entrances, ms, context.call.request.signal);
  } finally {
    load.waiting--;
    context.waitedMs += deps.clock.elapsed() - fromMs;
  }
}

/** Gives the place on a channel back, if the request has one. */
export function leaveChannel(context: AnyStage): void {
  const leave = context.leaveChannel;
  context.leaveChannel = undefined;
  leave?.();
}
