import type { StoredObjectView } from '@tollgate/contract/api/stored-objects';
import { hourlyCost } from '../../domain/storage-price.ts';
import type { StoredObject } from '../../domain/stored-object.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { Database } from '../../store/database.ts';
import { chargedFor } from '../../store/ledger/charges.ts';
import { namesOfKeys, namesOfUsers } from '../../store/names.ts';
import { storedObjectRepository, type ChargedObject, type ObjectsAsked } from '../../store/stored-objects.ts';

/** What an account's words come to: what of an object's view its vendor tells, and what can be done with it. */
type Told = Pick<
  StoredObjectView,
  'name' | 'purpose' | 'model' | 'state' | 'progress' | 'bytes' | 'expiresAt' | 'mayCancel' | 'mayDelete'
>;

export type ObjectViewer = {
  readonly seesChannels: boolean;
  readonly describe: (object: StoredObject) => Told;
  /** ms since the epoch. */
  readonly now: number;
};

/** A page of what accounts keep, the newest first, with whose it is and what it costs. */
export async function listStoredObjects(
  database: Database,
  asked: ObjectsAsked,
  viewer: ObjectViewer,
): Promise<{ readonly data: StoredObjectView[]; readonly next: string | null }> {
  const found = await storedObjectRepository.page(database.db, asked, viewer.now);
  const shown = found.slice(0, asked.limit);
  return {
    data: await present(database, shown, viewer),
    next: found.length > asked.limit ? (shown.at(-1)?.object.id ?? null) : null,
  };
}

/** One that may be seen, by its id: `userId` is whose it must be, undefined for anybody's. Undefined where there is none. */
export async function findStoredObject(
  database: Database,
  id: string,
  userId: string | undefined,
  viewer: ObjectViewer,
): Promise<{ readonly object: StoredObject; readonly view: StoredObjectView } | undefined> {
  const found = await storedObjectRepository.findAny(database.db, id, viewer.now);
  if (!found || (userId !== undefined && found.object.userId !== userId)) return undefined;
  const [view] = await present(database, [found], viewer);
  return view && { object: found.object, view };
}

/** Writes into the audit log who has cancelled or deleted something that an account keeps. */
export async function auditStoredObject(
  database: Database,
  {
    actor,
    action,
    object,
    name,
    at,
  }: {
    readonly actor: string;
    readonly action: 'cancel' | 'delete';
    readonly object: StoredObject;
    readonly name: string | null;
    /** ms since the epoch. */
    readonly at: number;
  },
): Promise<void> {
  const { id, userId, kind, vendorId, channelId } = object;
  const shown = { name: name ?? vendorId, kind, vendorId, channelId, userId };
  await auditRepository.append(database.db, {
    at,
    actor,
    action: `stored-object.${action}`,
    subject: `stored-object:${id}`,
    before: shown,
    after: action === 'delete' ? null : shown,
  });
}

async function present(
  database: Database,
  shown: readonly ChargedObject[],
  { seesChannels, describe, now }: ObjectViewer,
): Promise<StoredObjectView[]> {
  const objects = shown.map(({ object }) => object);
  const users = new Map(
    (await namesOfUsers(database.db, new Set(objects.map(({ userId }) => userId)))).map(({ id, name }) => [id, name]),
  );
  const keys = new Map(
    (await namesOfKeys(database.db, new Set(objects.map(({ keyId }) => keyId)))).map(({ id, name }) => [id, name]),
  );
  const amounts = await chargedFor(
    database.db,
    objects.filter(isCharged).map(({ requestId }) => requestId),
  );
  return shown.map(({ object, job }) => {
    const { id, vendorId, requestId, userId, keyId, kind, channelId, tokens, storage, createdAt } = object;
    const told = describe(object);
    return {
      id,
      vendorId,
      requestId,
      userId,
      userName: users.get(userId) ?? null,
      keyId,
      keyName: keys.get(keyId) ?? null,
      kind,
      channelId: seesChannels ? channelId : null,
      ...told,
      model: job?.record.modelAsked ?? told.model,
      tokens: tokens ?? null,
      costPerHourNanos: storage && job ? hourlyCost(storage, job, now).toString() : null,
      amountNanos: isCharged(object) ? (amounts.get(requestId)?.toString() ?? null) : null,
      createdAt,
    };
  });
}

/** Whether its request is charged: files and most else are free to make. */
const isCharged = ({ kind }: StoredObject): boolean => kind === 'batch' || kind === 'cached_content';
