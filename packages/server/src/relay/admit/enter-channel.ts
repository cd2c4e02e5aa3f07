import type { LimitRefusal } from '../../domain/limits.ts';
import type { Admission } from '../../services/limits/limiter.ts';
import type { RelayDeps } from '../deps.ts';
import type { AnyStage, Candidate, Planned } from '../request-context.ts';

/**
 * Takes a place on a candidate's channel, and counts the request on its account; false when the channel has none. A promise
 * only where the limiter asks another machine.
 */
export function enterChannel(deps: RelayDeps, context: Planned, { target }: Candidate): boolean | Promise<boolean> {
  const { concurrency, id } = target.channel;
  const answered = deps.accounts.begin(target);
  const entered = (admission: Admission | LimitRefusal | undefined): boolean => {
    if (admission && 'refused' in admission) {
      answered?.();
      return false;
    }
    if (answered || admission)
      context.leaveChannel = () => {
        answered?.();
        admission?.leave({});
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

/** Gives the place on a channel back, if the request has one. */
export function leaveChannel(context: AnyStage): void {
  const leave = context.leaveChannel;
  context.leaveChannel = undefined;
  leave?.();
}
