import { z } from 'zod';
import { addUp } from '@tollgate/wire/ir/served-as';
import { parseJson } from '@tollgate/wire/json/exact';
import { isObject } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { UsedRequest } from '../../domain/quote.ts';
import type { StoredObject } from '../../domain/stored-object.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Ending } from '../../relay/settle/ending.ts';
import type { StoredObjects } from '../../relay/stored-objects.ts';
import type { JobHandler } from '../../services/jobs/job-kind.ts';
import type { Db } from '../../store/database.ts';
import { storedObjectRepository } from '../../store/stored-objects.ts';
import { detachedJobKind, openDetachedWork, type DetachedOptions } from '../shared/detached-work.ts';
import { askAt } from '../shared/stored-objects/account.ts';
import { openPaidStorage, type StorageOptions } from '../shared/stored-objects/paid-storage.ts';
import { openResults, type UsedLine } from './batch-lines.ts';
import { batchWordsOf } from './batch-words.ts';

export type ObjectsOptions = DetachedOptions & StorageOptions;

export type OpenObjects = StoredObjects & {
  /** What the runner of jobs does for them. */
  readonly handlers: readonly JobHandler[];
};

const batchJob = detachedJobKind('batch', { batchId: z.string() }, 300_000);

/** A batch is worked on for a day; what nobody can tell of after three is given up, and costs nothing. */
const longestMs = 3 * 86_400_000;

/** Looks after what providers keep for users; `deps` is asked for when it is complete. */
export function openObjects(deps: () => RelayDeps, options: ObjectsOptions): OpenObjects {
  const { database, promptly } = options;
  const now = (): number => deps().clock.now();

  const work = openDetachedWork<{ readonly batchId: string }>(
    deps,
    { firstPollMs: 5000, lastPollMs: 60_000, ...options },
    {
      kind: batchJob,
      dedupeKey: ({ batchId }) => `${batchJob.name}:${batchId}`,
      async progressOf({ batchId }) {
        const found = await storedObjectRepository.findToCharge(database.db, batchId);
        if (!found || found.object.finishedAt !== undefined) return undefined;
        const { object: batch, job } = found;
        const { requestId } = batch;
        const { isOver, lost, noted = (all: JsonObject) => all } = batchWordsOf(batch.protocol);
        const told = await askAfter(deps(), batch);
        const isLost = !(told && isOver(told)) && now() - batch.createdAt > longestMs;
        if (!told && !isLost) return { requestId };
        const last = isLost ? lost(batch.told) : (told ?? batch.told);
        if (!isOver(last)) {
          await storedObjectRepository.note(database.db, { id: batchId, told: noted(last) }, now(), false);
          return { requestId };
        }
        const used = isLost ? undefined : await usedBy(deps(), batch, last);
        const note = async (db: Db): Promise<void> => {
          await storedObjectRepository.note(db, { id: batchId, told: noted(last) }, now(), true);
          for (const file of filesOf(batch, last, now())) await storedObjectRepository.insert(db, file);
        };
        return { requestId, over: { job, ending: endingOf(batch, last, used), note } };
      },
    },
  );

  const storage = openPaidStorage(deps, options);

  return {
    handlers: [work.handler, storage.handler],
    keepPaid: storage.keep,
    keep: (object) =>
      promptly(
        database.transact(async (db) => {
          await storedObjectRepository.removeNamesakes(db, object);
          await storedObjectRepository.insert(db, object);
        }),
      ),
    find: (userId, kind, vendorId) => promptly(storedObjectRepository.find(database.db, userId, kind, vendorId, now())),
    accountsOf: (userId, vendorIds) =>
      promptly(storedObjectRepository.accountsOf(database.db, userId, vendorIds, now())),
    list: (userId, kind, page) => promptly(storedObjectRepository.list(database.db, userId, kind, page, now())),
    note: (object, asked = { at: now(), isChange: false }) =>
      promptly(
        object.storage ? storage.note(object, asked) : storedObjectRepository.note(database.db, object, now(), false),
      ),
    async announce(object) {
      const heard = await promptly(storage.announce(object));
      return () => promptly(heard());
    },
    forget: (object) =>
      promptly(object.storage ? storage.end(object) : storedObjectRepository.remove(database.db, object.id)),
    take: (batch, job, hold) =>
      work.take(
        { batchId: batch.id },
        {
          requestId: batch.requestId,
          hold,
          insert: (db) => storedObjectRepository.insert(db, batch, job),
          drop: () => storedObjectRepository.remove(database.db, batch.id),
        },
      ),
  };
}

const decoder = new TextDecoder();

async function askAfter(deps: RelayDeps, batch: StoredObject): Promise<JsonObject | undefined> {
  const asked = await askAt(deps, batch, 'batches', `/${encodeURIComponent(batch.vendorId)}`);
  if (!asked || asked.status !== 200) return undefined;
  const json = parseJson(decoder.decode(asked.body));
  return isObject(json) && batchWordsOf(batch.protocol).tells(json) ? json : undefined;
}

/** What the requests of a batch that is over have used: what its results say, or what it says itself where they cannot be had. */
async function usedBy(
  deps: RelayDeps,
  batch: StoredObject,
  told: JsonObject,
): Promise<readonly UsedRequest[] | undefined> {
  const words = batchWordsOf(batch.protocol);
  const asked = ({ name, usage, geo }: UsedLine): UsedRequest => {
    const { words: ways = [], of = {} } = batch.asked ?? {};
    return { usage, geo, asked: ways[of[name] ?? -1] };
  };
  const own = words.usedBy(told)?.map(asked);
  const results = words.resultsOf(told, batch.vendorId);
  if (!results) return own;
  const lines = openResults(words.usedByLine);
  const answered = await askAt(deps, batch, results.kind, results.rest, {
    take: (piece) => lines.push(piece),
  });
  if (answered?.status === 200) return lines.end()?.map(asked) ?? own;
  if (own) return own;
  throw new Error('the results of a batch are not to be had yet');
}

function endingOf({ protocol }: StoredObject, told: JsonObject, requests: readonly UsedRequest[] | undefined): Ending {
  const failed = batchWordsOf(protocol).hasFailed(told);
  return {
    status: 200,
    endReason: failed ? 'upstream_error' : 'completed',
    errorCode: failed ? 'upstream_error' : '',
    served: requests !== undefined,
    usage: requests && addUp(requests.map(({ usage }) => usage)),
    requests,
    servedAs: { tier: 'batch' },
    outputEstimate: 0,
  };
}

/** The files that a batch has made, which are its owner's. */
const filesOf = (batch: StoredObject, told: JsonObject, now: number): readonly StoredObject[] =>
  batchWordsOf(batch.protocol)
    .filesOf(told, batch.vendorId, now)
    .map(({ vendorId, told: file }, index) => ({
      ...batch,
      id: `${batch.id}_${index}`,
      kind: 'file',
      vendorId,
      told: file,
      requests: undefined,
      asked: undefined,
      createdAt: now,
      updatedAt: now,
      finishedAt: now,
    }));
