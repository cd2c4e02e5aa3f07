import type { channelOperations } from '@tollgate/contract/operations/channels';
import {
  createChannel,
  deleteChannel,
  getChannel,
  listChannels,
  updateChannel,
} from '../../services/configuration/channels.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Provider accounts that requests can go to. */
export const channelHandlers = ({ configuration }: AdminDeps): Handlers<typeof channelOperations> => ({
  'channels.list': async ({ query }) => ({ data: [...(await listChannels(configuration, query))] }),
  'channels.create': async ({ body }, context) => await createChannel(configuration, context.caller.actor.label, body),
  'channels.read': async ({ params }) => await getChannel(configuration, params.id),
  'channels.update': async ({ params, body }, context) =>
    await updateChannel(configuration, context.caller.actor.label, params.id, body),
  'channels.delete': async ({ params }, context) => {
    await deleteChannel(configuration, context.caller.actor.label, params.id);
  },
});
