import type { videoOperations } from '@tollgate/contract/operations/videos';
import { listVideos } from '../../services/media/list-videos.ts';
import type { AdminDeps } from './admin-deps.ts';
import { callerMay, type Handlers } from './operation.ts';
import { whoseOf } from './whose.ts';

/** Videos: one's own, and for administrators everybody's. */
export const videoHandlers = ({ database }: AdminDeps): Handlers<typeof videoOperations> => ({
  'videos.list': async ({ query: { userId, kind, open, after, limit } }, context) =>
    await listVideos(
      database,
      { userId: whoseOf(context, userId), kind, open: open === 'true', after, limit },
      callerMay(context.caller, 'channels:read'),
    ),
});
