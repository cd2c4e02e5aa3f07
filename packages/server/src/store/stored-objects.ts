import type { ExpressionBuilder } from 'kysely';
import type { JsonObject, ProtocolId } from '@tollgate/wire/protocol';
import { readBackgroundJob, writeBackgroundJob, type BackgroundJob } from '../domain/background-job.ts';
import type { PaidStorage, StoredObject } from '../domain/stored-object.ts';
import type { DatabaseKind, Db } from './database.ts';
import type { RowOf, Tables } from './tables.ts';

/** Which of an owner's objects: things of a kind in the words of one protocol. */
export type ObjectKind = Pick<StoredObject, 'kind' | 'protocol'>;

export type ObjectPage = {
  readonly limit: number;
  /** Vendor's id of the last one before. */
  readonly after: string | undefined;
  readonly order: 'asc' | 'desc';
};

/** What of a page of objects, of one owner or of everybody. */
export type ObjectsAsked = {
  readonly userId: string | undefined;
  readonly kind: StoredObject['kind'] | undefined;
  /** Batches that are worked on, batches that are over, or whatever is no batch. */
  readonly state: 'working' | 'ended' | 'kept' | undefined;
  /** Id of the last one before. */
  readonly after: string | undefined;
  readonly limit: number;
};

/** An object with what it is charged by; undefined of what is not charged later. */
export type ChargedObject = { readonly object: StoredObject; readonly job: BackgroundJob | undefined };

/** What accounts of vendors keep for users. */
export const storedObjectRepository = {
  /** Writes down what an account keeps for a user; of a batch, with all that is needed to charge it. */
  async insert(db: Db, object: StoredObject, job?: BackgroundJob): Promise<void> {
    await db
      .insertInto('stored_objects')
      .values({
        id: object.id,
        user_id: object.userId,
        key_id: object.keyId,
        request_id: object.requestId,
        kind: object.kind,
        channel_id: object.channelId,
        credential: object.credential,
        protocol: object.protocol,
        vendor_id: object.vendorId,
        told: JSON.stringify(object.told),
        facts: factsOf(object),
        job: job ? writeBackgroundJob(job) : '',
        created_at: object.createdAt,
        updated_at: object.updatedAt,
        finished_at: object.finishedAt ?? 0,
        expires_at: object.expiresAt ?? 0,
      })
      .execute();
  },

  /**
   * Forgets whatever an account has kept so far under an object's id. Where makers may choose ids, what has just been made under one
   * is not what somebody else made before.
   */
  async removeNamesakes(
    db: Db,
    { channelId, credential, protocol, kind, vendorId }: Omit<StoredObject, 'id'>,
  ): Promise<void> {
    await db
      .deleteFrom('stored_objects')
      .where('vendor_id', '=', vendorId)
      .where('channel_id', '=', channelId)
      .where('credential', '=', credential)
      .where('protocol', '=', protocol)
      .where('kind', '=', kind)
      .execute();
  },

  /** Which accounts keep things of an owner's, by their vendors' ids; what is not there is not the owner's. */
  async accountsOf(
    db: Db,
    userId: string,
    vendorIds: readonly string[],
    now: number,
  ): Promise<ReadonlyMap<string, Pick<StoredObject, 'channelId' | 'credential' | 'tokens'>>> {
    const rows = await db
      .selectFrom('stored_objects')
      .select(['vendor_id', 'channel_id', 'credential', 'facts'])
      .where('user_id', '=', userId)
      .where('vendor_id', 'in', [...vendorIds])
      .where(isKeptAt(now))
      .execute();
    return new Map(
      rows.map((row) => {
        const { tokens } = JSON.parse(row.facts) as Facts;
        return [row.vendor_id, { channelId: row.channel_id, credential: row.credential, tokens }] as const;
      }),
    );
  },

  /** An owner's own, by its vendor's id. */
  async find(
    db: Db,
    userId: string,
    { kind, protocol }: ObjectKind,
    vendorId: string,
    now: number,
  ): Promise<StoredObject | undefined> {
    const row = await db
      .selectFrom('stored_objects')
      .selectAll()
      .where('vendor_id', '=', vendorId)
      .where('user_id', '=', userId)
      .where('kind', '=', kind)
      .where('protocol', '=', protocol)
      .where(isKeptAt(now))
      .orderBy('id', 'desc')
      .executeTakeFirst();
    return row && objectOf(row);
  },

  /** What is charged later, with what it is charged by. */
  async findToCharge(
    db: Db,
    id: string,
  ): Promise<{ readonly object: StoredObject; readonly job: BackgroundJob } | undefined> {
    const row = await db.selectFrom('stored_objects').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined || row.job === '' ? undefined : { object: objectOf(row), job: readBackgroundJob(row.job) };
  },

  /** One that its vendor keeps, by the id of its row, whoever's it is; undefined where there is none. */
  async findAny(db: Db, id: string, now: number): Promise<ChargedObject | undefined> {
    const row = await db
      .selectFrom('stored_objects')
      .selectAll()
      .where('id', '=', id)
      .where(isKeptAt(now))
      .executeTakeFirst();
    return row && chargedOf(row);
  },

  /** Objects of one owner, or of everybody, the newest first; `limit + 1` of them when there are more. */
  async page(db: Db, asked: ObjectsAsked, now: number): Promise<readonly ChargedObject[]> {
    const { userId, kind, state, after, limit } = asked;
    let query = db.selectFrom('stored_objects').selectAll().where(isKeptAt(now));
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    if (kind !== undefined) query = query.where('kind', '=', kind);
    if (state !== undefined) query = query.where('kind', state === 'kept' ? '!=' : '=', 'batch');
    if (state === 'working') query = query.where('finished_at', '=', 0);
    if (state === 'ended') query = query.where('finished_at', '>', 0);
    if (after !== undefined) query = query.where('id', '<', after);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return rows.map(chargedOf);
  },

  /** The owner's objects of a kind in the order in which they were made; `limit + 1` of them when there are more. */
  async list(db: Db, userId: string, of: ObjectKind, page: ObjectPage, now: number): Promise<readonly StoredObject[]> {
    let query = db
      .selectFrom('stored_objects')
      .selectAll()
      .where('user_id', '=', userId)
      .where('kind', '=', of.kind)
      .where('protocol', '=', of.protocol)
      .where(isKeptAt(now));
    if (page.after !== undefined) {
      const last = await this.find(db, userId, of, page.after, now);
      if (!last) return [];
      query = query.where('id', page.order === 'desc' ? '<' : '>', last.id);
    }
    const rows = await query
      .orderBy('id', page.order)
      .limit(page.limit + 1)
      .execute();
    return rows.map(objectOf);
  },

  /** Notes how its vendor tells of it now. What is over stays as it is. */
  async note(
    db: Db,
    { id, told, expiresAt = 0 }: Pick<StoredObject, 'id' | 'told' | 'expiresAt'>,
    now: number,
    isOver: boolean,
  ): Promise<void> {
    await db
      .updateTable('stored_objects')
      .set({
        told: JSON.stringify(told),
        updated_at: now,
        finished_at: isOver ? now : 0,
        expires_at: expiresAt,
      })
      .where('id', '=', id)
      .where('finished_at', '=', 0)
      .execute();
  },

  /**
   * Changes what is written down of something that is paid by the time that it is kept, from what that is now; undefined leaves it so. In
   * a transaction: its owner and its job both do so. Returns what was there; undefined where it is over, or there is none.
   */
  async changePaid(
    db: Db,
    kind: DatabaseKind,
    id: string,
    change: (storage: PaidStorage, expiresAt: number | undefined) => PaidChange | undefined,
  ): Promise<PaidStorage | undefined> {
    const query = db
      .selectFrom('stored_objects')
      .select(['facts', 'expires_at'])
      .where('id', '=', id)
      .where('finished_at', '=', 0);
    const row = await (kind === 'sqlite' ? query : query.forUpdate()).executeTakeFirst();
    if (!row) return undefined;
    const facts = JSON.parse(row.facts) as Facts;
    if (!facts.storage) return undefined;
    const changed = change(facts.storage, row.expires_at === 0 ? undefined : row.expires_at);
    if (changed === undefined) return facts.storage;
    const { storage = facts.storage, expiresAt, told } = changed;
    await db
      .updateTable('stored_objects')
      .set({
        facts: factsOf({ ...facts, storage }),
        ...(expiresAt !== undefined && { expires_at: expiresAt }),
        ...(told && { told: JSON.stringify(told.json), updated_at: told.at }),
      })
      .where('id', '=', id)
      .execute();
    return facts.storage;
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('stored_objects').where('id', '=', id).execute();
  },

  /** Forgets some of what vendors have not kept any more since a moment, and is charged; returns how many. */
  async prune(db: Db, before: number, limit: number): Promise<number> {
    const rows = await db
      .selectFrom('stored_objects')
      .select('id')
      .where('expires_at', '>', 0)
      .where('expires_at', '<', before)
      .where(({ eb, or }) => or([eb('job', '=', ''), eb('finished_at', '>', 0)]))
      .limit(limit)
      .execute();
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    await db.deleteFrom('stored_objects').where('id', 'in', ids).execute();
    return ids.length;
  },
};

/** What its vendor keeps at a moment, as far as that has said. */
const isKeptAt =
  (now: number) =>
  ({ eb, or }: ExpressionBuilder<Tables, 'stored_objects'>) =>
    or([eb('expires_at', '=', 0), eb('expires_at', '>', now)]);

const chargedOf = (row: RowOf<'stored_objects'>): ChargedObject => ({
  object: objectOf(row),
  job: row.job === '' ? undefined : readBackgroundJob(row.job),
});

/** `expiresAt` is until when its vendor keeps it, `told` how that tells of it, and when it did (ms since the epoch). */
export type PaidChange = {
  readonly storage?: PaidStorage;
  readonly expiresAt?: number | undefined;
  readonly told?: { readonly json: JsonObject; readonly at: number };
};

/** What the gateway itself knows of one. */
type Facts = Partial<Pick<StoredObject, 'requests' | 'lines' | 'asked' | 'tokens' | 'storage'>>;

const factsOf = ({ requests, lines, asked, tokens, storage }: Facts): string =>
  JSON.stringify({ requests, lines, asked, tokens, storage } satisfies Facts);

function objectOf(row: RowOf<'stored_objects'>): StoredObject {
  const { requests, lines, asked, tokens, storage } = JSON.parse(row.facts) as Facts;
  return {
    id: row.id,
    userId: row.user_id,
    keyId: row.key_id,
    requestId: row.request_id,
    kind: row.kind as StoredObject['kind'],
    channelId: row.channel_id,
    credential: row.credential,
    protocol: row.protocol as ProtocolId,
    vendorId: row.vendor_id,
    told: JSON.parse(row.told) as JsonObject,
    requests,
    lines,
    asked,
    tokens,
    storage,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    finishedAt: row.finished_at === 0 ? undefined : row.finished_at,
    expiresAt: row.expires_at === 0 ? undefined : row.expires_at,
  };
}
