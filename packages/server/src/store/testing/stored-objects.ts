import type { StoredObject } from '../../domain/stored-object.ts';

/** A batch that somebody has begun, and that is worked on. */
export const sampleObject = (index: number, userId: string, more: Partial<StoredObject> = {}): StoredObject => ({
  id: `object_${index}`,
  userId,
  keyId: 'key_1',
  requestId: `req_${index}`,
  kind: 'batch',
  channelId: 'chn_1',
  credential: 0,
  protocol: 'openai-chat',
  vendorId: `batch_${index}`,
  told: {
    id: `batch_${index}`,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    status: 'in_progress',
    request_counts: { total: 10, completed: 4, failed: 1 },
  },
  requests: undefined,
  createdAt: index,
  updatedAt: index,
  finishedAt: undefined,
  ...more,
});
