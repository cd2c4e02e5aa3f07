import type { BackgroundJob } from '../../domain/background-job.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Detached } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { multiplierOf } from '../../relay/settle/bill.ts';
import { openRecordOf } from '../../relay/settle/settle.ts';
import type { Hold } from '../../services/ledger/types.ts';

/** All by which a request is charged once its provider is done; `refused` says why nobody can be charged then. */
export function detachedJob(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  { responseId, given }: Detached,
): { readonly job: BackgroundJob; readonly hold: Hold } | { readonly refused: string } {
  const { hold } = context;
  const { endpoint } = context.call;
  if (!endpoint.answers.includes('task')) return { refused: `${endpoint.id} does not say that it answers with tasks` };
  const record = openRecordOf(deps, context);
  if (!record || !hold) return { refused: 'there is nobody to charge' };
  const job = {
    responseId,
    channelId: candidate.target.channel.id,
    credential: candidate.target.credential.index,
    record,
    price: candidate.price,
    multiplier: multiplierOf(context, candidate),
    inputEstimate: context.summary.inputEstimate,
    given: given && { usage: given.usage, servedAs: given.servedAs, outputEstimate: given.outputEstimate },
  };
  return { job, hold };
}

/**
 * Lets go of a request once `taking` it is written down: `over` runs then, and `taken` behind it; `failed` when it could not be.
 */
export function letGo(
  deps: RelayDeps,
  context: Planned,
  taking: Promise<void>,
  over: () => void,
  taken: () => void,
  failed: (error: unknown) => void,
): void {
  taking
    .then(() => {
      over();
      taken();
    }, failed)
    .catch((error: unknown) => {
      deps.log.error({ requestId: context.call.id, err: error }, 'the end of a request failed');
      taken();
    });
}
