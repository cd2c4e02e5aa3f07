import type { FoundTask, SoughtTask, VideoState } from '@tollgate/wire/ir/videos';
import { readJson } from '@tollgate/wire/json/read';
import type { BackgroundJob } from '../../domain/background-job.ts';
import type { MediaTask } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { ask } from '../../relay/send/ask.ts';
import type { Database } from '../../store/database.ts';
import { isAlive } from '../../store/ledger/nodes.ts';
import { mediaTaskRepository } from '../../store/media-tasks.ts';
import { makingAccountOf } from './account.ts';
import { requestOf } from '../shared/task-requests.ts';
import { taskEgress } from './vendors.ts';

/** A task of which a vendor may have taken the request, while its answer was not written down. */
export type Interrupted = MediaTask & { readonly submitter: string };

/**
 * What became of it: `busy` while it may still be answered, or cannot be looked for now; `settled` when its client was told that it
 * failed; the vendor's name of it; or how it ends.
 */
export type Recovery = 'busy' | 'settled' | { readonly vendorId: string } | VideoState;

export type RecoverOptions = {
  readonly database: Database;
  /** So long after it was begun what a vendor's list does not show is not there. */
  readonly absentAfterMs: number;
};

/** Without a sign of life for so long a process asks nobody anything any more. */
const silentMs = 30_000;
const marginMs = 60_000;

/** Finds out what became of a task whose submission was cut off. Rejects while the database does not answer. */
export async function recoverTask(
  deps: RelayDeps,
  { database, absentAfterMs }: RecoverOptions,
  task: Interrupted,
  job: BackgroundJob,
): Promise<Recovery> {
  const now = deps.clock.now();
  const { relay } = deps.snapshot().settings;
  const answeredBy = task.createdAt + relay.totalTimeoutMs + marginMs;
  const asksStill = (submitter: string): Promise<boolean> => isAlive(database, submitter, now - silentMs);
  if (now < answeredBy && (await asksStill(task.submitter))) return 'busy';
  if ((await deps.ledger.resume(task.requestId)) === 'settled') return 'settled';
  const egress = taskEgress(task.protocol);
  const siblings = egress.search ? await mediaTaskRepository.siblings(database.db, task) : [];
  // What a vendor only lists is one of several that are alike: they look for theirs one after the other.
  if (egress.search && !egress.search.mark)
    for (const { id, submitter, prompt } of siblings)
      if (submitter !== undefined && prompt === task.asked.prompt && (id < task.id || (await asksStill(submitter))))
        return 'busy';
  const found = await seek(deps, task, {
    name: task.id,
    action: task.asked.place,
    model: job.record.modelServed,
    prompt: task.asked.prompt,
    from: task.createdAt - marginMs,
    until: answeredBy,
    known: new Set(siblings.map(({ vendorId }) => vendorId)),
  });
  const isOld = now - task.createdAt > longestMs;
  if (found === undefined) return isOld ? unknown : 'busy';
  if (found === 'unclear') return unknown;
  if (found === 'absent') return now - task.createdAt < absentAfterMs ? 'busy' : notBegun;
  return found;
}

/** For a vendor that cannot be reached nobody waits longer. */
const longestMs = 86_400_000;

const unknown: VideoState = {
  status: 'failed',
  failure: {
    code: 'submission_unknown',
    message:
      'The gateway was interrupted while the provider was asked, and nobody can tell whether it began. It costs nothing.',
  },
};

const notBegun: VideoState = {
  status: 'failed',
  failure: { code: 'submission_interrupted', message: 'The gateway was interrupted before the provider began.' },
};

/** Undefined when the vendor cannot be asked now. */
async function seek(deps: RelayDeps, task: Interrupted, sought: SoughtTask): Promise<FoundTask | undefined> {
  const { search } = taskEgress(task.protocol);
  const snapshot = deps.snapshot();
  const account = search && makingAccountOf(snapshot, task);
  const request = account && (await requestOf(deps, account, 'search', { id: search.nameOf?.(sought) ?? '' }));
  if (!search || !request) return 'unclear';
  const asked = await ask(deps, snapshot.settings.relay, request);
  if ('cause' in asked || asked.status >= 500 || asked.status === 429) return undefined;
  // Of one that is asked for by name that is an answer; a list is not offered there.
  if (asked.status === 404) return search.nameOf ? 'absent' : 'unclear';
  if (asked.status < 200 || asked.status > 299) return 'unclear';
  const read = readJson(asked.body);
  return 'failure' in read ? 'unclear' : search.find(read.json, sought);
}
