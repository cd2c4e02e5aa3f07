import type { RelayDeps } from '../../relay/deps.ts';
import type { Detached } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { detach, openRecordOf } from '../../relay/settle/settle.ts';
import { storeAnswerParts } from './store-answer-parts.ts';

/**
 * Lets an answer that its provider works on be looked after in the background: `taken` runs once that is written down,
 * `failed` when it cannot be. Only then is the request over.
 */
export function handOver(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  { responseId, parts, given }: Detached,
  taken: () => void,
  failed: (error: unknown) => void,
): void {
  const { hold } = context;
  const record = openRecordOf(deps, context);
  if (!record || !hold) return failed(new Error('there is nobody to charge'));
  const job = {
    responseId,
    channelId: candidate.target.channel.id,
    credential: candidate.target.credential.index,
    record,
    price: candidate.price,
    multiplier: candidate.stop?.multiplier ?? context.multiplier,
    inputEstimate: context.summary.inputEstimate,
    given: given && { usage: given.usage, servedAs: given.servedAs, outputEstimate: given.outputEstimate },
  };
  const over = (): void => {
    detach(deps, context);
    // Not before: who could read it, or delete it, while nobody is to pay for it would have it for nothing.
    storeAnswerParts(deps, context, candidate, parts);
    taken();
  };
  deps.background
    .take(job, hold)
    .then(over, failed)
    .catch((error: unknown) => {
      deps.log.error({ requestId: context.call.id, err: error }, 'the end of a request failed');
      taken();
    });
}
