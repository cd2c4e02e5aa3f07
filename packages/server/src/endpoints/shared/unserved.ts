import type { RelayDeps } from '../../relay/deps.ts';
import type { Endpoint } from '../../relay/endpoint.ts';
import { AllResting } from '../../relay/plan/all-resting.ts';
import { findCandidates } from '../../relay/plan/candidates.ts';
import type { Inspected } from '../../relay/request-context.ts';

/**
 * Refuses to make what opens sessions that nobody would serve: whoever is given it cannot mend that.
 *
 * @param sessions the endpoint of those sessions
 */
export function refuseUnserved(deps: RelayDeps, sessions: Endpoint, context: Inspected): void {
  try {
    findCandidates(deps, sessions, context, { account: undefined });
  } catch (thrown) {
    // What rests for a moment is back by the time that they are opened.
    if (!(thrown instanceof AllResting)) throw thrown;
  }
}
