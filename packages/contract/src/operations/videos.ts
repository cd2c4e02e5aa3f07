import { videoPageSchema, videoQuerySchema } from '../api/videos.ts';
import { declare } from './declare.ts';

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
});
