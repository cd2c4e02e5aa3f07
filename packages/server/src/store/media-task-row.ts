import type { VideoState } from '@tollgate/wire/ir/videos';
import type { ProtocolId } from '@tollgate/wire/protocol';
import { writeBackgroundJob, type BackgroundJob } from '../domain/background-job.ts';
import type { AskedVideo, KeptFile, MediaKind, MediaTask, TaskStep } from '../domain/media-task.ts';
import type { RowOf } from './tables.ts';

/** The row of a task that has just been written down. */
export const taskRow = (task: MediaTask, job: BackgroundJob): RowOf<'media_tasks'> => ({
  id: task.id,
  request_id: task.requestId,
  user_id: task.userId,
  key_id: task.keyId,
  kind: task.kind,
  model: task.model,
  channel_id: task.channelId,
  credential: task.credential,
  protocol: task.protocol,
  vendor_id: task.vendorId,
  asked: JSON.stringify(task.asked),
  status: task.state.status,
  state: JSON.stringify(task.state),
  job: writeBackgroundJob(job),
  created_at: task.createdAt,
  updated_at: task.updatedAt,
  finished_at: task.finishedAt ?? 0,
  files: JSON.stringify(task.files),
  files_until: 0,
  history: JSON.stringify(task.history),
  cancelled_at: 0,
  submitter: task.submitter ?? '',
});

/** The task of a row. */
export function taskOf(row: RowOf<'media_tasks'>): MediaTask {
  return {
    id: row.id,
    requestId: row.request_id,
    userId: row.user_id,
    keyId: row.key_id,
    kind: row.kind as MediaKind,
    model: row.model,
    channelId: row.channel_id,
    credential: row.credential,
    protocol: row.protocol as ProtocolId,
    vendorId: row.vendor_id,
    asked: JSON.parse(row.asked) as AskedVideo,
    state: JSON.parse(row.state) as VideoState,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    finishedAt: row.finished_at === 0 ? undefined : row.finished_at,
    files: JSON.parse(row.files) as readonly KeptFile[],
    history: JSON.parse(row.history) as readonly TaskStep[],
    cancelledAt: row.cancelled_at === 0 ? undefined : row.cancelled_at,
    submitter: row.submitter || undefined,
  };
}
