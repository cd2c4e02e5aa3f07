import type { Given } from '../../domain/background-job.ts';
import type { Attempt } from '../send/attempt.ts';
import { storeAnswerParts, type StorableParts } from '../chat/store-answer-parts.ts';
import { detach, openRecordOf } from '../settle/settle.ts';

/** An answer that its provider works on: its id, what of it may be come back to, what its client has been given of it. */
export type WorkedOn = {
  readonly responseId: string;
  readonly parts: StorableParts;
  readonly given: Given | undefined;
};

/**
 * Lets an answer that its provider works on be looked after in the background: `taken` runs once that is written down,
 * `failed` when it cannot be. Only then is the request over.
 */
export function handOver(
  attempt: Attempt,
  { responseId, parts, given }: WorkedOn,
  taken: () => void,
  failed: (error: unknown) => void,
): void {
  const { deps, context, candidate } = attempt;
  const { hold } = context;
  const record = openRecordOf(deps, context);
  if (!record || !hold) return failed(new Error('there is nobody to charge'));
  const job = {
    responseId,
    channelId: candidate.target.channel.id,
    credential: candidate.target.credential.index,
    record,
    price: candidate.price,
    multiplier: context.multiplier,
    inputEstimate: attempt.summary.inputEstimate,
    given: given && { usage: given.usage, servedAs: given.servedAs, outputEstimate: given.outputEstimate },
  };
  const over = (): void => {
    detach(deps, context);
    // Not before: who could read it, or delete it, while nobody is to pay for it would have it for nothing.
    storeAnswerParts(attempt, parts);
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
