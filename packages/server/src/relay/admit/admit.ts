import type { RateLimits } from '../../domain/snapshot.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';
import type { Planned, Received } from '../request-context.ts';
import { overloadedBy } from './load.ts';

/** Refuses everything while the gateway has too much to do, or stops. */
export function refuseWhenOverloaded(deps: RelayDeps, context: Received): void {
  if (deps.load.shuttingDown)
    throw new Refusal('shutting_down', 'The gateway is shutting down.', { retryAfterMs: 2000 });
  const spent = overloadedBy(deps.load, context.snapshot.settings.overload);
  if (spent) throw new Refusal('overloaded', 'The gateway is overloaded. Try again shortly.', { retryAfterMs: 2000 });
}

/** Lets a request in under the limits of its key and its owner; free ones bring no tokens. */
export function admit(deps: RelayDeps, context: Planned): void {
  const { key, summary, call } = context;
  const tokens = call.endpoint.charged ? summary.inputEstimate : 0;
  const { user } = context.snapshot.settings.limits;
  const defaults: RateLimits = {
    requestsPerMinute: user.requestsPerMinute || undefined,
    tokensPerMinute: user.tokensPerMinute || undefined,
    concurrent: user.concurrent || undefined,
  };
  const admission = deps.limits.admit(key, defaults, tokens);
  if ('leave' in admission) {
    context.admission = admission;
    return;
  }
  const { limit, allowed, retryAfterMs } = admission.refused;
  const whose = admission.of === 'key' ? 'this API key' : 'this account';
  if (limit === 'concurrent')
    throw new Refusal('concurrency_limit_exceeded', `More than ${allowed} requests at once for ${whose}.`, {
      retryAfterMs,
    });
  throw new Refusal('rate_limit_exceeded', `More than ${allowed} ${limit} a minute for ${whose}.`, { retryAfterMs });
}
