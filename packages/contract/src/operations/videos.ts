import { videoPageSchema, videoQuerySchema } from '../api/videos.ts';
import { declare } from './declare.ts';

/** Videos: one's own, and for administrators everybody's. */
export const videoOperations = declare({
  'videos.list': {
    method: 'get',
    path: '/videos',
    permission: 'requests:read',
    summary: 'List videos, and how far they are',
    query: videoQuerySchema,
    answer: videoPageSchema,
  },
});
