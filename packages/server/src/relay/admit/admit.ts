import type { LimitRefusal, LimitSubject } from '../../domain/limits.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Admission } from '../../services/limits/limiter.ts';
import type { RelayDeps } from '../deps.ts';
import type { AnyStage, Identified, Planned, Received } from '../request-context.ts';
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
 * Lets a request in under the limits of its key and its owner, before anything of its body is read: one that is refused
 * later has cost a look all the same. Of tokens, one must be left, until it is known how many there are. A promise only
 * where the limiter asks another machine.
 */
export function admitRequest(deps: RelayDeps, context: Identified): void | Promise<void> {
  const policies = limitPoliciesOf(context.key, context.snapshot.settings);
  if (policies.length === 0) return undefined;
  const ofRequests = policies.filter(({ metric }) => metric === 'requests');
  const entering = entered(deps.limits.admit(ofRequests, { requests: 1 }), (late) => (context.admission = late));
  return entering ? entering.then(() => enterTokens(deps, context, 1)) : enterTokens(deps, context, 1);
}

/** Takes the tokens that a request is guessed to bring, under the same limits. */
export function admitTokens(deps: RelayDeps, context: Planned): void | Promise<void> {
  // Whoever has limits of tokens was let in under them before.
  if (context.tokenAdmission === undefined) return undefined;
  // What is larger than a whole limit passes where nothing else is owed, not even what it took itself.
  context.tokenAdmission.leave({ tokens: 0 });
  return enterTokens(deps, context, context.summary.inputEstimate);
}

function enterTokens(deps: RelayDeps, context: Identified, guessed: number): void | Promise<void> {
  const policies = limitPoliciesOf(context.key, context.snapshot.settings);
  const ofTokens = policies.length === 0 ? policies : policies.filter(({ metric }) => metric === 'tokens');
  if (ofTokens.length === 0) return undefined;
  const tokens = context.call.endpoint.charged ? guessed : 0;
  return entered(deps.limits.admit(ofTokens, { tokens }), (late) => (context.tokenAdmission = late));
}

/** Ends what was let in, which brought so many tokens. Only the first call counts. */
export function leaveLimits({ admission, tokenAdmission }: AnyStage, tokens: number): void {
  admission?.leave({});
  tokenAdmission?.leave({ tokens });
}

type Answer = Admission | LimitRefusal;

function entered(answer: Answer | Promise<Answer>, note: (admission: Admission) => void): void | Promise<void> {
  if (answer instanceof Promise) return answer.then((late) => note(admitted(late)));
  note(admitted(answer));
}

function admitted(answer: Answer): Admission {
  if ('refused' in answer) throw refusalFor(answer);
  return answer;
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
