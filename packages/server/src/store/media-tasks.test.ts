import { expect, test } from 'bun:test';
import type { VideoState } from '@tollgate/wire/ir/videos';
import { chargedFor } from './ledger/charges.ts';
import { mediaTaskRepository } from './media-tasks.ts';
import { eachDatabase } from './testing/databases.ts';
import { sampleTask, sampleTaskJob } from './testing/media-tasks.ts';

const noted = (state: VideoState, at: number) => ({ id: 'video_2', state, history: [], at });

eachDatabase('media tasks', (open) => {
  test('are their owner’s alone, go on until they are over, and are forgotten only then', async () => {
    const database = await open();
    for (const [index, userId] of ['usr_1', 'usr_2', 'usr_1', 'usr_1'].entries()) {
      const task = sampleTask(index, userId);
      await mediaTaskRepository.insert(database.db, task, sampleTaskJob(task));
    }
    expect(await mediaTaskRepository.find(database.db, 'usr_1', 'video_0')).toEqual(sampleTask(0, 'usr_1'));
    expect(await mediaTaskRepository.find(database.db, 'usr_2', 'video_0')).toBeUndefined();
    expect((await mediaTaskRepository.findToCharge(database.db, 'video_1'))?.job.record.userId).toBe('usr_2');

    const ids = async (
      userId: string | undefined,
      more: { after?: string; onlyOpen?: boolean; limit?: number; kind?: 'video' | 'music' } = {},
    ) =>
      (
        await mediaTaskRepository.page(database.db, {
          userId,
          kind: more.kind,
          open: more.onlyOpen ?? false,
          after: more.after,
          limit: more.limit ?? 10,
        })
      ).map(({ id }) => id);
    expect(await ids('usr_1')).toEqual(['video_3', 'video_2', 'video_0']);
    expect(await ids('usr_1', { kind: 'music' })).toEqual([]);
    expect(await ids('usr_1', { kind: 'video', limit: 0 })).toEqual(['video_3']);
    expect(await ids('usr_1', { limit: 1 })).toEqual(['video_3', 'video_2']);
    expect(await ids(undefined, { after: sampleTask(2, 'usr_1').requestId })).toEqual(['video_1', 'video_0']);
    // Names of kinds do not matter: what was begun later comes first.
    const drawing = { ...sampleTask(4, 'usr_1'), id: 'task_4' };
    await mediaTaskRepository.insert(database.db, drawing, sampleTaskJob(drawing));
    expect(await ids('usr_1')).toEqual(['task_4', 'video_3', 'video_2', 'video_0']);
    await mediaTaskRepository.drop(database.db, 'task_4');

    expect(await mediaTaskRepository.remove(database.db, 'usr_1', 'video_2')).toBe(false);
    expect(await mediaTaskRepository.queues(database.db, 2)).toEqual([
      { channelId: 'chn_1', open: 4, oldestAt: 0, stuck: 2 },
    ]);
    for (const now of [40, 41]) await mediaTaskRepository.noteCancelled(database.db, 'video_2', { since: now, now });
    expect((await mediaTaskRepository.findAny(database.db, 'video_2'))?.cancelledAt).toBe(40);
    await mediaTaskRepository.noteState(database.db, noted({ status: 'in_progress', progress: 40 }, 50));
    expect((await mediaTaskRepository.find(database.db, 'usr_1', 'video_2'))?.state).toEqual({
      status: 'in_progress',
      progress: 40,
    });
    await mediaTaskRepository.noteState(
      database.db,
      noted({ status: 'completed', url: 'https://films.test/1.mp4' }, 60),
    );
    // A late answer of its vendor's says nothing any more.
    await mediaTaskRepository.noteState(database.db, noted({ status: 'in_progress', progress: 90 }, 70));
    expect(await mediaTaskRepository.find(database.db, 'usr_1', 'video_2')).toMatchObject({
      state: { status: 'completed' },
      finishedAt: 60,
    });
    // One that was heard to have failed while it was given up was given up; one that had failed before had failed.
    const failed: VideoState = { status: 'failed', failure: { code: 'video_failed', message: 'Not that.' } };
    for (const [id, at] of Object.entries({ video_0: 79, video_1: 80 })) {
      await mediaTaskRepository.noteState(database.db, { id, state: failed, history: [], at });
      await mediaTaskRepository.noteCancelled(database.db, id, { since: 80, now: 81 });
    }
    const failures = ['video_0', 'video_1'].map(
      async (id) => (await mediaTaskRepository.findAny(database.db, id))?.state.failure?.code,
    );
    expect(await Promise.all(failures)).toEqual(['video_failed', 'cancelled']);
    expect(await ids(undefined, { onlyOpen: true })).toEqual(['video_3']);
    // So was one that was given up between the question to its vendor and the note of its answer.
    await mediaTaskRepository.noteCancelled(database.db, 'video_3', { since: 81, now: 82 });
    await mediaTaskRepository.noteState(database.db, { id: 'video_3', state: failed, history: [], at: 83 });
    expect((await mediaTaskRepository.findAny(database.db, 'video_3'))?.state.failure?.code).toBe('cancelled');
    expect(await mediaTaskRepository.remove(database.db, 'usr_2', 'video_2')).toBe(false);
    expect(await mediaTaskRepository.remove(database.db, 'usr_1', 'video_2')).toBe(true);
    expect(await ids('usr_1')).toEqual(['video_3', 'video_0']);
    expect(await chargedFor(database.db, ['req_0'])).toEqual(new Map());
  });
});
