import type { Db } from './database.ts';
import type { RowOf } from './tables.ts';

/** A file that is made in the background. Moments are ms since the epoch. */
export type StoredExport = {
  readonly id: string;
  readonly userId: string;
  /** `account` is all that is kept of its user, as JSON; the others are of the request log. */
  readonly format: 'csv' | 'jsonl' | 'account';
  /** JSON. */
  readonly filters: string;
  readonly seesChannels: boolean;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** From 0 to 1. */
  readonly progress: number;
  readonly rows: number;
  readonly bytes: number;
  readonly truncated: boolean;
  readonly error: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number;
};

/** What changes of one while it is made. */
export type ExportStand = Pick<StoredExport, 'state' | 'progress' | 'rows' | 'bytes' | 'truncated' | 'error'>;

const read = (row: RowOf<'exports'>): StoredExport => ({
  id: row.id,
  userId: row.user_id,
  format: row.format,
  filters: row.filters,
  seesChannels: row.sees_channels === 1,
  state: row.state,
  progress: row.progress_millionths / 1e6,
  rows: row.row_count,
  bytes: row.byte_count,
  truncated: row.truncated === 1,
  error: row.error ?? undefined,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

const standing = ({ state, progress, rows, bytes, truncated, error }: ExportStand) => ({
  state,
  progress_millionths: Math.round(progress * 1e6),
  row_count: rows,
  byte_count: bytes,
  truncated: truncated ? 1 : 0,
  error: error ?? null,
});

/** Exports with their bytes, in chunks of text. */
export const exportRepository = {
  async insert(db: Db, one: StoredExport): Promise<void> {
    await db
      .insertInto('exports')
      .values({
        id: one.id,
        user_id: one.userId,
        format: one.format,
        filters: one.filters,
        sees_channels: one.seesChannels ? 1 : 0,
        ...standing(one),
        created_at: one.createdAt,
        expires_at: one.expiresAt,
      })
      .execute();
  },

  /** One, of this user only when one is named. */
  async find(db: Db, id: string, userId?: string): Promise<StoredExport | undefined> {
    let query = db.selectFrom('exports').selectAll().where('id', '=', id);
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    const row = await query.executeTakeFirst();
    return row && read(row);
  },

  /** A user's, latest first. */
  async list(db: Db, userId: string, of: 'requests' | 'account', limit: number): Promise<readonly StoredExport[]> {
    const rows = await db
      .selectFrom('exports')
      .selectAll()
      .where('user_id', '=', userId)
      .where('format', of === 'account' ? '=' : '!=', 'account')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(read);
  },

  /** False when it is gone. */
  async update(db: Db, id: string, stand: ExportStand): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('exports')
      .set(standing(stand))
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  },

  async addChunk(db: Db, id: string, chunk: number, content: string): Promise<void> {
    await db.insertInto('export_chunks').values({ export_id: id, chunk, content }).execute();
  },

  async chunk(db: Db, id: string, chunk: number): Promise<string | undefined> {
    const row = await db
      .selectFrom('export_chunks')
      .select('content')
      .where('export_id', '=', id)
      .where('chunk', '=', chunk)
      .executeTakeFirst();
    return row?.content;
  },

  async removeChunks(db: Db, id: string): Promise<void> {
    await db.deleteFrom('export_chunks').where('export_id', '=', id).execute();
  },

  /** The export with its bytes. */
  async remove(db: Db, id: string): Promise<void> {
    await exportRepository.removeChunks(db, id);
    await db.deleteFrom('exports').where('id', '=', id).execute();
  },

  /** Removes what has expired by `now` (ms), at most `limit` of them; returns how many. */
  async prune(db: Db, now: number, limit: number): Promise<number> {
    const rows = await db.selectFrom('exports').select('id').where('expires_at', '<=', now).limit(limit).execute();
    for (const { id } of rows) await exportRepository.remove(db, id);
    return rows.length;
  },
};
