import type { VideoView } from '@tollgate/contract/api/videos';
import type { videoOperations } from '@tollgate/contract/operations/videos';
import { handsOutPictures } from '../../endpoints/videos/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isBarredFrom, listVideos, readVideo, type VideoViewer } from '../../services/media/list-videos.ts';
import { mediaQueues } from '../../services/media/queues.ts';
import type { AdminDeps } from './admin-deps.ts';
import { callerMay, type CallerContext, type Handlers } from './operation.ts';
import { whoseOf } from './whose.ts';

/** Videos: one's own, and for administrators everybody's. */
export const videoHandlers = (deps: AdminDeps): Handlers<typeof videoOperations> => {
  const { database } = deps;
  const viewerOf = ({ caller }: CallerContext): VideoViewer => ({
    seesChannels: callerMay(caller, 'channels:read'),
    handsOutPictures: (task) => handsOutPictures(deps.snapshot(), task),
    keyOwner: ({ channelId }) => deps.snapshot().providerKeys.byId.get(channelId)?.broughtBy.owner,
  });
  const read = async (id: string, context: CallerContext): Promise<VideoView> => {
    const userId = context.reach === 'any' ? undefined : context.caller.user.id;
    const video = await readVideo(database, id, userId, viewerOf(context));
    if (!video) throw new Refusal('not_found', 'There is no such task.', { param: 'id' });
    return video;
  };
  return {
    'videos.list': async ({ query: { userId, kind, open, after, limit } }, context) =>
      await listVideos(
        database,
        { userId: whoseOf(context, userId), kind, open: open === 'true', after, limit },
        viewerOf(context),
      ),
    'videos.queues': async () => {
      const queues = await mediaQueues(database, Date.now());
      const { channels } = deps.snapshot();
      return {
        data: queues.map((queue) => ({ ...queue, channelName: channels.get(queue.channelId)?.name ?? null })),
      };
    },
    'videos.read': async ({ params }, context) => await read(params.id, context),
    'videos.cancel': async ({ params }, context) => {
      const { id } = await read(params.id, context);
      if (context.reach !== 'any' && (await isBarredFrom(database, id, viewerOf(context))))
        throw new Refusal('forbidden', 'It is made by the key of a team that you have left.');
      await deps.cancelMediaTask(id);
      return await read(id, context);
    },
  };
};
