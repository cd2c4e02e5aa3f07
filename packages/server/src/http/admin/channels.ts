import { channelInputSchema, channelPatchSchema, channelSchema } from '@tollgate/contract/api/configuration';
import { listOf } from '@tollgate/contract/api/page';
import {
  createChannel,
  deleteChannel,
  getChannel,
  listChannels,
  updateChannel,
} from '../../services/configuration/channels.ts';
import type { AdminDeps } from './admin-deps.ts';
import { idParams } from './id-params.ts';
import { operation } from './operation.ts';

/** Provider accounts that requests can go to. */
export const channelOperations = ({ configuration }: AdminDeps) => [
  operation(
    {
      name: 'channels.list',
      method: 'get',
      path: '/channels',
      summary: 'List channels',
      answer: listOf(channelSchema),
    },
    async () => ({ data: [...(await listChannels(configuration))] }),
  ),
  operation(
    {
      name: 'channels.create',
      method: 'post',
      path: '/channels',
      summary: 'Create a channel',
      body: channelInputSchema,
      answer: channelSchema,
    },
    async ({ body }, context) => await createChannel(configuration, context.caller().actor.label, body),
  ),
  operation(
    {
      name: 'channels.read',
      method: 'get',
      path: '/channels/{id}',
      summary: 'Read a channel',
      params: idParams,
      answer: channelSchema,
    },
    async ({ params }) => await getChannel(configuration, params.id),
  ),
  operation(
    {
      name: 'channels.update',
      method: 'patch',
      path: '/channels/{id}',
      summary: 'Change a channel',
      params: idParams,
      body: channelPatchSchema,
      answer: channelSchema,
    },
    async ({ params, body }, context) =>
      await updateChannel(configuration, context.caller().actor.label, params.id, body),
  ),
  operation(
    {
      name: 'channels.delete',
      method: 'delete',
      path: '/channels/{id}',
      summary: 'Remove a channel',
      params: idParams,
    },
    async ({ params }, context) => {
      await deleteChannel(configuration, context.caller().actor.label, params.id);
    },
  ),
];
