import type { BackgroundJob } from '../../domain/background-job.ts';
import type { MediaTask } from '../../domain/media-task.ts';
import { multiplierOne } from '../../domain/price.ts';
import { testRecord } from '../../services/ledger/testing/ledger.ts';

/** A video that somebody has begun at a vendor. */
export const sampleTask = (index: number, userId: string): MediaTask => ({
  id: `video_${index}`,
  requestId: `req_${index}`,
  userId,
  keyId: 'key_1',
  kind: 'video',
  model: 'm',
  channelId: 'chn_1',
  credential: 0,
  protocol: 'openai-chat',
  submitter: undefined,
  vendorId: `at-the-vendor-${index}`,
  asked: { prompt: 'A cat', seconds: 5, size: '1280x720' },
  state: { status: 'queued', progress: 0 },
  createdAt: index,
  updatedAt: index,
  finishedAt: undefined,
  files: [],
  history: [],
  cancelledAt: undefined,
});

/** By what it is charged. */
export const sampleTaskJob = (task: MediaTask): BackgroundJob => ({
  responseId: task.vendorId,
  channelId: task.channelId,
  credential: 0,
  record: testRecord(undefined, { id: task.requestId, userId: task.userId }),
  price: undefined,
  multiplier: multiplierOne,
  inputEstimate: 3,
  given: undefined,
});
