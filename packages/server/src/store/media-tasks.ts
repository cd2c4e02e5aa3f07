import type { ExpressionBuilder } from 'kysely';
import type { VideoState } from '@tollgate/wire/ir/videos';
import { readBackgroundJob, writeBackgroundJob, type BackgroundJob } from '../domain/background-job.ts';
import {
  cancelledFailure,
  isOver,
  type AskedVideo,
  type KeptFile,
  type MediaKind,
  type MediaTask,
  type TaskStep,
} from '../domain/media-task.ts';
import type { Db } from './database.ts';
import { taskOf, taskRow } from './media-task-row.ts';
import type { Tables } from './tables.ts';

export type TaskPage = {
  readonly kind: MediaKind;
  readonly limit: number;
  readonly after: string | undefined;
  readonly order: 'asc' | 'desc';
};

/** What a channel has begun and not ended. Moments are ms since the epoch. */
export type TaskQueue = {
  readonly channelId: string;
  readonly open: number;
  readonly oldestAt: number;
  /** Of which nothing has been heard since a moment. */
  readonly stuck: number;
};

/** A task with what it is charged by. */
export type ChargeableTask = { readonly task: MediaTask; readonly job: BackgroundJob };

/** How far a task is, and when that was heard. */
export type NotedState = {
  readonly id: string;
  readonly state: VideoState;
  readonly history: readonly TaskStep[];
  readonly at: number;
};

/** Another task of the same account. */
export type TaskSibling = Pick<MediaTask, 'id' | 'vendorId' | 'submitter'> & { readonly prompt: string };

/** Of tasks that were begun further away in time none is taken for another. */
const aroundMs = 3_600_000;

const writtenCancelled = (state: VideoState): string => JSON.stringify({ ...state, failure: cancelledFailure });

/** Its owner knows nothing yet of one that a vendor is only asked to begin. */
const isTold = (is: ExpressionBuilder<Tables, 'media_tasks'>) =>
  is.or([is('submitter', '=', ''), is('finished_at', '>', 0)]);

/** What vendors make for clients, from the request until what was kept of it is gone. */
export const mediaTaskRepository = {
  /** Writes down a task that a vendor has begun, or is asked to begin, with all that is needed to charge it. */
  async insert(db: Db, task: MediaTask, job: BackgroundJob): Promise<void> {
    await db.insertInto('media_tasks').values(taskRow(task, job)).execute();
  },

  /**
   * Notes what the vendor calls a task that `submitter` asked it to begin, with all that is needed to charge it now; false when somebody
   * else has noted that already, or what became of it.
   */
  async noteBegun(
    db: Db,
    { submitter, ...task }: MediaTask & { readonly submitter: string },
    job: BackgroundJob,
  ): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('media_tasks')
      .set({ vendor_id: task.vendorId, asked: JSON.stringify(task.asked), job: writeBackgroundJob(job), submitter: '' })
      .where('id', '=', task.id)
      .where('submitter', '=', submitter)
      .where('finished_at', '=', 0)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  },

  /** What an account makes, or may be making, beside a task of the same time. */
  async siblings(db: Db, task: MediaTask): Promise<readonly TaskSibling[]> {
    const rows = await db
      .selectFrom('media_tasks')
      .select(['id', 'vendor_id', 'submitter', 'asked'])
      .where('channel_id', '=', task.channelId)
      .where('credential', '=', task.credential)
      .where('id', '!=', task.id)
      .where('created_at', '>=', task.createdAt - aroundMs)
      .where('created_at', '<=', task.createdAt + aroundMs)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      vendorId: row.vendor_id,
      submitter: row.submitter || undefined,
      prompt: (JSON.parse(row.asked) as AskedVideo).prompt,
    }));
  },

  /** A task of this owner's. */
  async find(db: Db, userId: string, id: string): Promise<MediaTask | undefined> {
    const row = await db
      .selectFrom('media_tasks')
      .selectAll()
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where(isTold)
      .executeTakeFirst();
    return row && taskOf(row);
  },

  async findToCharge(db: Db, id: string): Promise<ChargeableTask | undefined> {
    return (await mediaTaskRepository.findAllToCharge(db, [id])).get(id)?.();
  },

  /** Those of the named tasks that there are, each read when it is asked for: one that cannot be read keeps no other from its work. */
  async findAllToCharge(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, () => ChargeableTask>> {
    const rows = await db.selectFrom('media_tasks').selectAll().where('id', 'in', ids).execute();
    return new Map(rows.map((row) => [row.id, () => ({ task: taskOf(row), job: readBackgroundJob(row.job) })]));
  },

  /** A task whoever’s it is; only for what anybody may see who knows its name. */
  async findAny(db: Db, id: string): Promise<MediaTask | undefined> {
    const row = await db.selectFrom('media_tasks').selectAll().where('id', '=', id).executeTakeFirst();
    return row && taskOf(row);
  },

  /** A task that a channel is making, by its vendor's name of it. */
  async findOpen(db: Db, channelId: string, vendorId: string): Promise<MediaTask | undefined> {
    const row = await db
      .selectFrom('media_tasks')
      .selectAll()
      .where('finished_at', '=', 0)
      .where('channel_id', '=', channelId)
      .where('vendor_id', '=', vendorId)
      .executeTakeFirst();
    return row && taskOf(row);
  },

  /** Those of an owner's tasks that are named. */
  async findNamed(db: Db, userId: string, ids: readonly string[]): Promise<readonly MediaTask[]> {
    if (ids.length === 0) return [];
    const rows = await db
      .selectFrom('media_tasks')
      .selectAll()
      .where('id', 'in', ids)
      .where('user_id', '=', userId)
      .where(isTold)
      .execute();
    return rows.map(taskOf);
  },

  /** The owner's tasks in the order in which they were begun; `limit + 1` of them when there are more. */
  async listOwn(db: Db, userId: string, page: TaskPage): Promise<readonly MediaTask[]> {
    let query = db
      .selectFrom('media_tasks')
      .selectAll()
      .where('user_id', '=', userId)
      .where('kind', '=', page.kind)
      .where(isTold);
    if (page.after !== undefined) query = query.where('id', page.order === 'desc' ? '<' : '>', page.after);
    const rows = await query
      .orderBy('id', page.order)
      .limit(page.limit + 1)
      .execute();
    return rows.map(taskOf);
  },

  /** Tasks of one owner, or of everybody, the newest first; `limit + 1` of them when there are more. `after` is a request's id. */
  async page(
    db: Db,
    asked: {
      readonly userId: string | undefined;
      readonly kind: MediaKind | undefined;
      readonly open: boolean;
      readonly after: string | undefined;
      readonly limit: number;
    },
  ): Promise<readonly MediaTask[]> {
    let query = db.selectFrom('media_tasks').selectAll().where(isTold);
    if (asked.userId !== undefined) query = query.where('user_id', '=', asked.userId);
    if (asked.kind !== undefined) query = query.where('kind', '=', asked.kind);
    if (asked.open) query = query.where('finished_at', '=', 0);
    if (asked.after !== undefined) query = query.where('request_id', '<', asked.after);
    const rows = await query
      .orderBy('request_id', 'desc')
      .limit(asked.limit + 1)
      .execute();
    return rows.map(taskOf);
  },

  /**
   * Notes how far a task is. What is over stays as it is, and what its owner gave up has failed for that reason, also when it was given
   * up while its vendor was being asked.
   */
  async noteState(db: Db, { id, state, history, at }: NotedState): Promise<void> {
    const text = JSON.stringify(state);
    await db
      .updateTable('media_tasks')
      .set((is) => ({
        status: state.status,
        state:
          state.status === 'failed'
            ? is.case().when('cancelled_at', '=', 0).then(text).else(writtenCancelled(state)).end()
            : text,
        history: JSON.stringify(history),
        updated_at: at,
        finished_at: isOver(state) ? at : 0,
      }))
      .where('id', '=', id)
      .where('finished_at', '=', 0)
      .execute();
  },

  /**
   * Notes that its owner has given up a task: one that goes on, or that failed since then (`since`, ms since the epoch), for its vendor
   * may be heard to have ended it before it is heard to have obeyed.
   */
  async noteCancelled(db: Db, id: string, { since, now }: { readonly since: number; readonly now: number }) {
    await db
      .updateTable('media_tasks')
      .set({ cancelled_at: now })
      .where('id', '=', id)
      .where('finished_at', '=', 0)
      .where('cancelled_at', '=', 0)
      .execute();
    await db
      .updateTable('media_tasks')
      .set({ cancelled_at: now, state: writtenCancelled({ status: 'failed' }) })
      .where('id', '=', id)
      .where('finished_at', '>=', since)
      .where('status', '=', 'failed')
      .where('cancelled_at', '=', 0)
      .execute();
  },

  /** The queues of all channels that have any, the longest first; `silentSince` is the moment for `stuck`. */
  async queues(db: Db, silentSince: number): Promise<readonly TaskQueue[]> {
    const rows = await db
      .selectFrom('media_tasks')
      .select((is) => [
        'channel_id',
        is.fn.countAll<number | bigint>().as('open'),
        is.fn.min('created_at').as('oldest_at'),
        is.fn
          .sum<number | bigint | string>(is.case().when('updated_at', '<', silentSince).then(1).else(0).end())
          .as('stuck'),
      ])
      .where('finished_at', '=', 0)
      .groupBy('channel_id')
      .execute();
    return rows
      .map((row) => ({
        channelId: row.channel_id,
        open: Number(row.open),
        oldestAt: Number(row.oldest_at),
        stuck: Number(row.stuck),
      }))
      .toSorted((one, other) => other.open - one.open);
  },

  /** Notes what is kept of a task, until a moment; false when the task is gone, or something is kept of it already. */
  async noteFiles(
    db: Db,
    id: string,
    kept: { readonly files: readonly KeptFile[]; readonly history: readonly TaskStep[]; readonly until: number },
  ): Promise<boolean> {
    const { files, history, until } = kept;
    const { numUpdatedRows } = await db
      .updateTable('media_tasks')
      .set({ files: JSON.stringify(files), files_until: until, history: JSON.stringify(history) })
      .where('id', '=', id)
      .where('files_until', '=', 0)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  },

  /** Tasks of which something is kept that has had its time, the oldest first. */
  async findOverdueFiles(db: Db, now: number, limit: number): Promise<readonly MediaTask[]> {
    const rows = await db
      .selectFrom('media_tasks')
      .selectAll()
      .where('files_until', '>', 0)
      .where('files_until', '<=', now)
      .orderBy('files_until')
      .limit(limit)
      .execute();
    return rows.map(taskOf);
  },

  /** Notes that nothing is kept of a task any more. */
  async forgetFiles(db: Db, id: string): Promise<void> {
    await db.updateTable('media_tasks').set({ files: '[]', files_until: 0 }).where('id', '=', id).execute();
  },

  /** Forgets a task that is over; false when there is none of this owner's. */
  async remove(db: Db, userId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('media_tasks')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('finished_at', '>', 0)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  },

  /** Takes back that a task was written down: its client was told that there is none. */
  async drop(db: Db, id: string): Promise<void> {
    await db.deleteFrom('media_tasks').where('id', '=', id).execute();
  },
};
