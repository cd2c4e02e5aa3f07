import { readJson } from '@tollgate/wire/json/read';
import type { BackgroundJob } from '../../domain/background-job.ts';
import { traitsServed } from '../../domain/served-model.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { ask } from '../../relay/send/ask.ts';
import type { Ending } from '../../relay/settle/ending.ts';
import { tokenizerOf } from '../../services/tokens/tokenizers.ts';
import { passthroughOf, watchedUsage } from '../chat/protocols.ts';
import { toldOrLost } from '../shared/detached-work.ts';
import { requestTo, storingAccountOf, type StoringAccount } from './storing-account.ts';

/**
 * Asks its provider how an answer in the background ended; undefined while it is worked on, or nobody can tell. Nobody is
 * waited for longer than a day.
 */
export const askAfter = (deps: RelayDeps, job: BackgroundJob): Promise<Ending | undefined> =>
  toldOrLost(deps, job.record.at, { ask: () => read(deps, job), isOver: () => true, lost });

async function read(deps: RelayDeps, job: BackgroundJob): Promise<Ending | undefined> {
  const snapshot = deps.snapshot();
  const { relay } = snapshot.settings;
  const storing = storingAccountOf(snapshot, job.record.protocol, job);
  if (!storing) return undefined;
  const query = new URLSearchParams();
  const request = await requestTo(deps, storing, 'read', job.responseId, query, relay.connectTimeoutMs);
  const asked = await ask(deps, relay, request);
  if ('cause' in asked) return undefined;
  // Its provider has forgotten it, or never knew it.
  if (asked.status === 404) return lost;
  return asked.status === 200 ? endingOf(deps, job, storing, asked.body) : undefined;
}

function endingOf(deps: RelayDeps, job: BackgroundJob, storing: StoringAccount, body: Uint8Array): Ending | undefined {
  const answer = readJson(body);
  if ('failure' in answer) return undefined;
  const tokenizer = tokenizerOf(traitsServed(storing.target.channel.models, job.record.modelServed));
  const noted = { doubtfulUsage: false };
  const readUsage = watchedUsage(noted, storing.dialect);
  const facts = passthroughOf(job.record.protocol).readResponse(answer.json, readUsage, tokenizer);
  if (facts.working) return undefined;
  const { usage, servedAs, meaningful, error, outputEstimate, storedIds } = facts;
  // Its items have come only now.
  if (storedIds) deps.conversations.rememberAccount(job.record.userId, storedIds, job, usage);
  return {
    status: 200,
    endReason: error ? 'upstream_error' : 'completed',
    errorCode: error ? 'upstream_error' : '',
    served: !error && (meaningful || usage !== undefined),
    usage,
    servedAs,
    outputEstimate,
    doubtful: noted.doubtfulUsage,
  };
}

/** Nobody knows any more what became of it. */
const lost: Ending = {
  status: 200,
  endReason: 'upstream_error',
  errorCode: 'upstream_error',
  served: false,
  usage: undefined,
  outputEstimate: 0,
};
