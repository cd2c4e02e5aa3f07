import { z } from 'zod';
import type { BackgroundJob } from '../../../domain/background-job.ts';
import type { PaidStorage, StoredObject } from '../../../domain/stored-object.ts';
import { jobKind } from '../../../services/jobs/job-kind.ts';
import type { Db } from '../../../store/database.ts';
import { storedObjectRepository, type PaidChange } from '../../../store/stored-objects.ts';
import type { Asked } from '../../../relay/stored-objects.ts';
import type { DetachedOptions } from '../detached-work.ts';
import type { Kept } from './stretches.ts';

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
type Told = Pick<StoredObject, 'told' | 'expiresAt'> & { readonly asked: Asked; readonly heard?: number | undefined };

export type PaidNotes = ReturnType<typeof openPaidNotes>;

/**
 * What is written down of what is paid by the time that it is kept. Its owner's requests and its job both write, each changing what
 * there is now.
 */
export function openPaidNotes({ database, jobs, promptly, now, firstPollMs, heardMs }: NotesOptions) {
  const change = (
    id: string,
    changed: (storage: PaidStorage, expiresAt: number | undefined) => PaidChange | undefined,
    also?: (db: Db, was: PaidStorage) => Promise<unknown>,
  ): Promise<void> =>
    database.transact(async (db) => {
      const was = await storedObjectRepository.changePaid(db, database.kind, id, changed);
      if (was) await also?.(db, was);
    });

  const addJob = (db: Db, objectId: string, runAt = now()): Promise<unknown> =>
    jobs.addWithin(db, paidStorageKind, { objectId }, { runAt, dedupeKey: `${paidStorageKind.name}:${objectId}` });

  /**
   * What has been deleted is over, whatever was told of it before. Of what was asked before its last change was told, the earlier end
   * counts: its vendor is asked again then.
   */
  function toldOf(
    storage: PaidStorage,
    { told, expiresAt, asked, heard }: Told,
    known = Infinity,
  ): PaidChange | undefined {
    if (storage.deleted) return undefined;
    const changing = storage.changing === heard ? undefined : storage.changing;
    if (storage.changedAt !== undefined && asked.at <= storage.changedAt)
      return (expiresAt ?? Infinity) < known ? { storage: { ...storage, changing }, expiresAt } : undefined;
    const changedAt = asked.isChange ? now() : storage.changedAt;
    return { storage: { ...storage, changing, changedAt }, expiresAt, told: { json: told, at: now() } };
  }

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
    /** Notes what its vendor tells its job. Returns until when it is kept, by all that is known now. */
    async tell({ id }: Pick<StoredObject, 'id'>, told: Told): Promise<number> {
      let until = told.expiresAt;
      await change(id, (storage, known) => {
        const changed = toldOf(storage, told, known);
        until = changed ? changed.expiresAt : known;
        return changed;
      });
      return until ?? Infinity;
    },
    /** Notes that its vendor keeps it no more. Returns until when it was kept, as far as anybody can tell at a moment (ms since the epoch). */
    async gone({ object, storage: looked }: Pick<Kept, 'object' | 'storage'>, at: number): Promise<number> {
      let until = looked.from;
      await change(object.id, (storage, known = Infinity) => {
        until = known;
        // Its owner has deleted it, or heard of another end, while its vendor was asked.
        if (storage.deleted || known !== (object.expiresAt ?? Infinity)) return undefined;
        if (known <= at && storage.changing === undefined) return undefined;
        until = Math.min(known, Math.max(looked.from, storage.changing ?? 0));
        return { storage, expiresAt: until };
      });
      return until;
    },
    /** Notes what its vendor tells its owner. Where it ends sooner than is set aside for, it is looked after at once. */
    async note({ id, told, expiresAt }: StoredObject, asked: Asked): Promise<void> {
      let isSooner = false;
      await change(
        id,
        (storage, known) => toldOf(storage, { told, expiresAt, asked }, known),
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
