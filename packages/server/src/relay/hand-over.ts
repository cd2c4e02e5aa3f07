import type { Given } from '../domain/background-job.ts';
import type { Attempt } from './attempt.ts';
import { detach, openRecordOf } from './settle.ts';

/**
 * Lets an answer that its provider works on be looked after in the background: `taken` runs once that is written down,
 * `failed` when it cannot be. Only then is the request over.
 */
export function handOver(
  attempt: Attempt,
  responseId: string,
  given: Given | undefined,
  taken: () => void,
  failed: (error: unknown) => void,
): void {
  const { world, journey, candidate } = attempt;
  const { hold } = journey;
  const record = openRecordOf(world, journey);
  if (!record || !hold) return failed(new Error('there is nobody to charge'));
  const job = {
    responseId,
    channelId: candidate.target.channel.id,
    credential: candidate.target.credential.index,
    record,
    price: candidate.price,
    multiplier: journey.multiplier,
    inputEstimate: attempt.look.inputEstimate,
    given: given && { usage: given.usage, outputEstimate: given.outputEstimate },
  };
  world.background.take(job, hold).then(() => {
    detach(world, journey, record.status);
    taken();
  }, failed);
}
