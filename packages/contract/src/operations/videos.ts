import { videoPageSchema, videoQuerySchema, videoQueuesSchema, videoSchema } from '../api/videos.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Videos, music and drawings: one's own, and for administrators everybody's. */
export const videoOperations = declare({
  'videos.list': {
    method: 'get',
    path: '/videos',
    permission: 'requests:read',
    summary: 'List videos, music and drawings, and how far they are',
    query: videoQuerySchema,
    answer: videoPageSchema,
  },
  'videos.queues': {
    method: 'get',
    path: '/videos/queues',
    permission: 'channels:read',
    summary: 'Show what each channel is making, since when, and what is stuck',
    answer: videoQueuesSchema,
  },
  'videos.read': {
    method: 'get',
    path: '/videos/{id}',
    permission: 'requests:read',
    summary: 'Show a video, a piece of music or a drawing',
    params: idParams,
    answer: videoSchema,
  },
  'videos.cancel': {
    method: 'post',
    path: '/videos/{id}/cancel',
    permission: 'keys:write',
    summary: 'Give up what is still being made, where its provider does so',
    params: idParams,
    answer: videoSchema,
  },
});
