import type { RelayDeps } from '../../relay/deps.ts';
import type { Detached } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { detach } from '../../relay/settle/settle.ts';
import { detachedJob, letGo } from '../shared/detached-job.ts';
import { storeAnswerParts } from './store-answer-parts.ts';

/**
 * Lets an answer that its provider works on be looked after in the background: `taken` runs once that is written down,
 * `failed` when it cannot be. Only then is the request over.
 */
export function handOver(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  detached: Detached,
  taken: () => void,
  failed: (error: unknown) => void,
): void {
  const found = detachedJob(deps, context, candidate, detached);
  if ('refused' in found) return failed(new Error(found.refused));
  const over = (): void => {
    detach(deps, context);
    // Not before: who could read it, or delete it, while nobody is to pay for it would have it for nothing.
    storeAnswerParts(deps, context, candidate, detached.parts);
  };
  letGo(deps, context, deps.background.take(found.job, found.hold), over, taken, failed);
}
