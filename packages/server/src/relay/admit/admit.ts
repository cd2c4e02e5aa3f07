import type { LimitRefusal, LimitSubject } from '../../domain/limits.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Admission } from '../../services/limits/limiter.ts';
import type { RelayDeps } from '../deps.ts';
import type { Planned, Received } from '../request-context.ts';
import { overloadedBy } from './load.ts';
import { limitPoliciesOf } from './policies.ts';

/** Refuses everything while the gateway has too much to do, or stops. */
export function refuseWhenOverloaded(deps: RelayDeps, context: Received): void {
  if (deps.load.shuttingDown)
    throw new Refusal('shutting_down', 'The gateway is shutting down.', { retryAfterMs: 2000 });
  const spent = overloadedBy(deps.load, context.snapshot.settings.overload);
  if (spent) throw new Refusal('overloaded', 'The gateway is overloaded. Try again shortly.', { retryAfterMs: 2000 });
}

/**
 * Lets a request in under the limits of its key and its owner; free ones bring no tokens. A promise only where the
 * limiter asks another machine.
 */
export function admit(deps: RelayDeps, context: Planned): void | Promise<void> {
  const tokens = context.call.endpoint.charged ? context.summary.inputEstimate : 0;
  const policies = limitPoliciesOf(context.key, context.snapshot.settings);
  const answer = deps.limits.admit(policies, { requests: 1, tokens });
  return answer instanceof Promise ? answer.then((late) => admitted(context, late)) : admitted(context, answer);
}

function admitted(context: Planned, answer: Admission | LimitRefusal): void {
  if ('refused' in answer) throw refusalFor(answer);
  context.admission = answer;
}

const subjectWords: Readonly<Record<LimitSubject['kind'], string>> = {
  key: 'this API key',
  user: 'this account',
  group: 'this group',
  channel: 'this channel',
  organisation: 'this organisation',
};

function refusalFor({ refused, retryAfterMs }: LimitRefusal): Refusal {
  const { subject, metric, windowMs, amount } = refused;
  const whose = subjectWords[subject.kind];
  return windowMs === undefined
    ? new Refusal('concurrency_limit_exceeded', `More than ${amount} ${metric} at once for ${whose}.`, { retryAfterMs })
    : new Refusal('rate_limit_exceeded', `More than ${amount} ${metric} ${windowWords(windowMs)} for ${whose}.`, {
        retryAfterMs,
      });
}

const windowWords = (ms: number): string => (ms === 60_000 ? 'a minute' : `in ${ms / 1000} seconds`);
