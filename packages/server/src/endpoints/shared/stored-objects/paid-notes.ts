import { z } from 'zod';
import type { BackgroundJob } from '../../../domain/background-job.ts';
import type { PaidStorage, StoredObject } from '../../../domain/stored-object.ts';
import { jobKind } from '../../../services/jobs/job-kind.ts';
import type { Db } from '../../../store/database.ts';
import { storedObjectRepository, type PaidChange } from '../../../store/stored-objects.ts';
import type { DetachedOptions } from '../detached-work.ts';

/** Looks after one thing that is paid for by the time that it is kept. */
export const paidStorageKind = jobKind({
  name: 'paid-storage',
  payload: z.object({ objectId: z.string() }),
  atOnce: 16,
  deadlineMs: 120_000,
  // Somebody has to pay for it, as long as it is kept.
  maxAttempts: 100_000,
  backOff: { firstMs: 2000, maxMs: 60_000 },
  cancellable: false,
});

type NotesOptions = Pick<DetachedOptions, 'database' | 'jobs' | 'promptly'> & {
  readonly now: () => number;
  /** When it is looked after first (ms after it was made). */
  readonly firstPollMs: number;
  /** After so long its vendor is asked what came of a change of which nobody heard, ms. */
  readonly heardMs: number;
};

/** How its vendor tells of something. `heard` is the change of which that tells, if any (ms since the epoch). */
type Told = Pick<StoredObject, 'told' | 'expiresAt'> & { readonly heard?: number | undefined };

export type PaidNotes = ReturnType<typeof openPaidNotes>;

/**
 * What is written down of what is paid by the time that it is kept. Its owner's requests and its job both write, each changing what
 * there is now.
 */
export function openPaidNotes({ database, jobs, promptly, now, firstPollMs, heardMs }: NotesOptions) {
  const change = (
    id: string,
    changed: (storage: PaidStorage) => PaidChange | undefined,
    also?: (db: Db, was: PaidStorage) => Promise<unknown>,
  ): Promise<void> =>
    database.transact(async (db) => {
      const was = await storedObjectRepository.changePaid(db, database.kind, id, changed);
      if (was) await also?.(db, was);
    });

  const addJob = (db: Db, objectId: string, runAt = now()): Promise<unknown> =>
    jobs.addWithin(db, paidStorageKind, { objectId }, { runAt, dedupeKey: `${paidStorageKind.name}:${objectId}` });

  /** What has been deleted is over, whatever was told of it before. */
  const toldOf = (storage: PaidStorage, { told, expiresAt, heard }: Told): PaidChange | undefined =>
    storage.deleted
      ? undefined
      : {
          storage: { ...storage, changing: storage.changing === heard ? undefined : storage.changing },
          expiresAt,
          told: { json: told, at: now() },
        };

  /** Nobody finds it any more, and it is charged until a moment (ms since the epoch). */
  async function end({ id }: Pick<StoredObject, 'id'>, expiresAt: number): Promise<void> {
    await change(
      id,
      (storage) => ({ storage: { ...storage, deleted: true, changing: undefined }, expiresAt }),
      (db) => addJob(db, id),
    );
    jobs.wake();
  }

  return {
    end,
    /** Writes down what an account keeps now, with its job. */
    async keep(object: StoredObject, job: BackgroundJob): Promise<void> {
      // What was set aside for making it has gone back by then.
      const runAt = now() + firstPollMs;
      const writing = database.transact(async (db) => {
        await storedObjectRepository.removeNamesakes(db, object);
        await storedObjectRepository.insert(db, object, job);
        await addJob(db, object.id, runAt);
      });
      try {
        await promptly(writing);
      } catch (error) {
        // Its maker is told that there is none. Should it be written down yet, nothing is paid for it.
        writing.then(() => end(object, object.createdAt)).catch(() => undefined);
        throw error;
      }
      jobs.wake(runAt);
    },
    /** Notes how its stretch goes on; what its owner has said meanwhile stays. */
    goOn: ({ id }: Pick<StoredObject, 'id'>, stretch: Partial<PaidStorage>, expiresAt?: number): Promise<void> =>
      change(id, (storage) => ({ storage: { ...storage, ...stretch }, expiresAt })),
    /** Notes what its vendor tells its job. */
    tell: ({ id }: Pick<StoredObject, 'id'>, told: Told): Promise<void> =>
      change(id, (storage) => toldOf(storage, told)),
    /** Notes what its vendor tells its owner. Where it ends sooner than is set aside for, it is looked after at once. */
    async note({ id, told, expiresAt }: StoredObject): Promise<void> {
      let isSooner = false;
      await change(
        id,
        (storage) => toldOf(storage, { told, expiresAt }),
        async (db, { until, deleted }) => {
          // What is set aside for has moved on, perhaps, since the object was looked up.
          isSooner = !deleted && (expiresAt ?? Infinity) < until;
          if (isSooner) await addJob(db, id);
        },
      );
      if (isSooner) jobs.wake();
    },
    /** As `StoredObjects` says. */
    async announce({ id }: StoredObject): Promise<() => Promise<void>> {
      const changing = now();
      let before: number | undefined;
      await change(
        id,
        (storage) => {
          before = storage.changing;
          return { storage: { ...storage, changing } };
        },
        // Should this process die, another one asks its vendor.
        (db) => addJob(db, id, changing + heardMs),
      );
      jobs.wake(changing + heardMs);
      return () =>
        change(id, (storage) =>
          storage.changing === changing ? { storage: { ...storage, changing: before } } : undefined,
        );
    },
  };
}
