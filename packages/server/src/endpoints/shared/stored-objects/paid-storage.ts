import type { BackgroundJob } from '../../../domain/background-job.ts';
import type { StoredObject } from '../../../domain/stored-object.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import type { Asked } from '../../../relay/stored-objects.ts';
import { jobHandler, type JobContext, type JobHandler, type JobResult } from '../../../services/jobs/job-kind.ts';
import { storedObjectRepository } from '../../../store/stored-objects.ts';
import { userRepository } from '../../../store/users.ts';
import type { DetachedOptions } from '../detached-work.ts';
import { deleteAtVendor, lookAtVendor } from './kept-at-vendor.ts';
import { expiryOf } from './expiry.ts';
import { openPaidNotes, paidStorageKind } from './paid-notes.ts';
import { chargeStretch, setAside, type Kept } from './stretches.ts';

const hourMs = 3_600_000;

export type StorageOptions = {
  /** How long a stretch is that is paid at once, ms; an hour by default. */
  readonly stretchMs?: number;
  /** After so long its vendor is asked what came of a change of which nobody heard, ms; two minutes by default. */
  readonly heardMs?: number;
};

/** Looks after everything that is paid for by the time that it is kept. */
export type OpenPaidStorage = {
  readonly handler: JobHandler;
  /** Writes down what an account keeps now, with the job that sets money aside for it and charges it. */
  keep(object: StoredObject, job: BackgroundJob): Promise<void>;
  /** Notes how its vendor tells of it now, unless it has been deleted. Where it ends sooner than is set aside for, it is looked after at once. */
  note(object: StoredObject, asked: Asked): Promise<void>;
  /** As `StoredObjects` says. */
  announce(object: StoredObject): Promise<() => Promise<void>>;
  /** It has been deleted at its vendor: nobody finds it any more, and what it has cost until now is charged. */
  end(object: StoredObject): Promise<void>;
};

/** A vendor that does not delete what nobody pays for any more is asked again after so long. */
const againMs = 30_000;

/**
 * An hour at a time: money for a stretch is set aside before it begins, and charged when it is over, under an id of its own. Whoever
 * cannot pay for the next one loses what is kept, at its vendor too. Each run takes one step, which may be repeated after any crash:
 * a stretch is charged once by its id, and its end does not change once it is past. `deps` is asked for when it is complete.
 */
export function openPaidStorage(
  deps: () => RelayDeps,
  {
    database,
    jobs,
    promptly,
    stretchMs = hourMs,
    firstPollMs = 1000,
    heardMs = 120_000,
  }: DetachedOptions & StorageOptions,
): OpenPaidStorage {
  const now = (): number => deps().clock.now();
  const notes = openPaidNotes({ database, jobs, promptly, now, firstPollMs, heardMs });

  async function step(objectId: string, context: JobContext): Promise<JobResult<{ objectId: string }>> {
    const found = await storedObjectRepository.findToCharge(database.db, objectId);
    const storage = found?.object.storage;
    if (!found || !storage || found.object.finishedAt !== undefined) return undefined;
    const kept: Kept = { ...found, storage };
    const looksAt = storage.changing === undefined ? Infinity : storage.changing + heardMs;
    const dueAt = Math.min(storage.until, found.object.expiresAt ?? Infinity, looksAt);
    if (!storage.unpaid && now() < dueAt) return { runAt: dueAt };
    const expiresAt = await stillKeptUntil(kept);
    const at = now();
    if (expiresAt <= at && (storage.unpaid || expiresAt <= storage.until))
      return await finish(kept, expiresAt, context);
    if (storage.unpaid) return await payAhead(kept);
    if (at < storage.until) return { runAt: Math.min(storage.until, expiresAt) };
    await chargeStretch(deps(), kept, storage.until);
    const { until: from } = storage;
    const next = { stretch: storage.stretch + 1, from, until: Math.min(from + stretchMs, expiresAt) };
    await notes.goOn(found.object, { ...next, unpaid: true });
    return { runAt: at };
  }

  /**
   * Asks its vendor, and notes what that says. What is gone there was kept until it was asked to change or delete it, where nobody heard
   * what came of that; else it has not been kept since its last stretch began, as far as anybody can tell.
   */
  async function stillKeptUntil(kept: Kept): Promise<number> {
    const { object, storage } = kept;
    const known = object.expiresAt ?? Infinity;
    // It has just been made or looked at, or its owner has just deleted it.
    const isDoubtful = storage.changing !== undefined && now() >= storage.changing + heardMs;
    if (storage.stretch === 0 || storage.deleted || (storage.unpaid && known > now() && !isDoubtful)) return known;
    const asked = { at: now(), isChange: false };
    const told = await lookAtVendor(deps(), object);
    if (told === undefined) return known;
    if (told !== 'gone') {
      const expiresAt = expiryOf(told) ?? known;
      if (expiresAt === known && storage.changing === undefined) return known;
      return await notes.tell(object, { told, expiresAt, asked, heard: storage.changing });
    }
    return await notes.gone(kept, now());
  }

  /** Sets aside what the stretch comes to; where nobody can pay for it, it is deleted. */
  async function payAhead(kept: Kept): Promise<JobResult<{ objectId: string }>> {
    const { object, storage, job } = kept;
    const owner = await userRepository.find(database.db, object.userId);
    const isHeld = owner?.enabled !== false && (await setAside(deps(), database.db, kept));
    if (isHeld) {
      await notes.goOn(object, { unpaid: false });
      return { runAt: storage.until };
    }
    if (!(await deleteAtVendor(deps(), object))) {
      deps().log.warn({ channel: job.channelId, object: object.id }, 'what nobody pays for could not be deleted');
      return { runAt: now() + againMs };
    }
    await notes.goOn(object, { deleted: true }, now());
    return { runAt: now() };
  }

  async function finish(kept: Kept, expiresAt: number, context: JobContext): Promise<undefined> {
    await chargeStretch(deps(), kept, expiresAt);
    const { object } = kept;
    await database.transact(async (db) => {
      await storedObjectRepository.note(db, { id: object.id, told: object.told, expiresAt }, now(), true);
      await context.finish(db);
    });
  }

  return {
    handler: jobHandler(paidStorageKind, ({ objectId }, context) => step(objectId, context)),
    keep: notes.keep,
    note: notes.note,
    announce: notes.announce,
    end: (object) => notes.end(object, now()),
  };
}
