import type { BackgroundJob } from '../domain/background-job.ts';
import type { StoredObject } from '../domain/stored-object.ts';
import type { AccountRef } from '../services/conversations/conversations.ts';
import type { Hold } from '../services/ledger/types.ts';
import type { ObjectKind, ObjectPage } from '../store/stored-objects.ts';

export type Asked = { readonly at: number; readonly isChange: boolean };

/** Files, batches and whatever else that providers' accounts keep, each for its owner alone. */
export type StoredObjects = {
  keep(object: StoredObject): Promise<void>;
  /** The same of what is paid for by the time that it is kept: is looked after from here on, and charged by `job`'s price. */
  keepPaid(object: StoredObject, job: BackgroundJob): Promise<void>;
  find(userId: string, kind: ObjectKind, vendorId: string): Promise<StoredObject | undefined>;
  /** Which accounts keep an owner's, whatever they are, by their vendors' ids. */
  accountsOf(userId: string, vendorIds: readonly string[]): Promise<ReadonlyMap<string, AccountRef>>;
  /** `limit + 1` of them when there are more. */
  list(userId: string, kind: ObjectKind, page: ObjectPage): Promise<readonly StoredObject[]>;
  /** `asked` is when its vendor was asked for what it tells (ms since the epoch), and whether that was to be changed. */
  note(object: StoredObject, asked?: Asked): Promise<void>;
  /**
   * Its vendor is about to be asked to change or delete something that is paid by the time that it is kept: should nobody hear what came of
   * that, and its vendor keep it no more, it is charged until now. Returns what is to be called once that is heard.
   */
  announce(object: StoredObject): Promise<() => Promise<void>>;
  /** Of what its vendor has deleted. */
  forget(object: StoredObject): Promise<void>;
  /**
   * Has a batch looked after from here on: what it may cost is reserved, and it is charged once, when its results are there. Rejects,
   * with nothing begun, when it cannot be written down.
   */
  take(batch: StoredObject, job: BackgroundJob, hold: Hold): Promise<void>;
};
