import { channelInputSchema, channelPatchSchema, channelQuerySchema, channelSchema } from '../api/configuration.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Provider accounts that requests can go to. */
export const channelOperations = declare({
  'channels.list': {
    method: 'get',
    path: '/channels',
    permission: 'channels:read',
    summary: 'List channels, all or those with a tag',
    query: channelQuerySchema,
    answer: listOf(channelSchema),
  },
  'channels.create': {
    method: 'post',
    path: '/channels',
    permission: 'channels:write',
    summary: 'Create a channel',
    body: channelInputSchema,
    answer: channelSchema,
    status: 201,
  },
  'channels.read': {
    method: 'get',
    path: '/channels/{id}',
    permission: 'channels:read',
    summary: 'Read a channel',
    params: idParams,
    answer: channelSchema,
  },
  'channels.update': {
    method: 'patch',
    path: '/channels/{id}',
    permission: 'channels:write',
    summary: 'Change a channel',
    params: idParams,
    body: channelPatchSchema,
    answer: channelSchema,
  },
  'channels.delete': {
    method: 'delete',
    path: '/channels/{id}',
    permission: 'channels:write',
    summary: 'Remove a channel',
    params: idParams,
  },
});
