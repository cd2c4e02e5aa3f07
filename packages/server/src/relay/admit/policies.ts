import type { Settings } from '@tollgate/contract/settings';
import type { LimitPolicy, LimitSubject } from '../../domain/limits.ts';
import type { KeyRecord, RateLimits } from '../../domain/snapshot.ts';

const minuteMs = 60_000;

const none: readonly LimitPolicy[] = [];

/** The limits of a request: its key's, then its user's, for whom those of the settings stand in. */
export function limitPoliciesOf(key: KeyRecord, settings: Settings): readonly LimitPolicy[] {
  const { user } = settings.limits;
  const own = key.user.limits;
  const ofKey = policiesOf('key', key.id, key.limits);
  const ofUser = policiesOf('user', key.user.id, {
    // 0 is no limit in the settings.
    requestsPerMinute: own.requestsPerMinute ?? (user.requestsPerMinute || undefined),
    tokensPerMinute: own.tokensPerMinute ?? (user.tokensPerMinute || undefined),
    concurrent: own.concurrent ?? (user.concurrent || undefined),
  });
  if (ofUser.length === 0) return ofKey;
  return ofKey.length === 0 ? ofUser : [...ofKey, ...ofUser];
}

/** In the order in which they are told when several have no room. */
function policiesOf(kind: LimitSubject['kind'], id: string, limits: RateLimits): readonly LimitPolicy[] {
  const { concurrent, requestsPerMinute, tokensPerMinute } = limits;
  // Most have none.
  if (concurrent === undefined && requestsPerMinute === undefined && tokensPerMinute === undefined) return none;
  const subject = { kind, id };
  const policies: LimitPolicy[] = [];
  if (concurrent !== undefined) policies.push({ subject, metric: 'requests', windowMs: undefined, amount: concurrent });
  if (requestsPerMinute !== undefined)
    policies.push({ subject, metric: 'requests', windowMs: minuteMs, amount: requestsPerMinute });
  if (tokensPerMinute !== undefined)
    policies.push({ subject, metric: 'tokens', windowMs: minuteMs, amount: tokensPerMinute });
  return policies;
}
