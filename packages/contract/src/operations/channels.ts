import {
  channelCopySchema,
  channelInputSchema,
  channelPatchSchema,
  channelQuerySchema,
  channelSchema,
} from '../api/configuration.ts';
import {
  channelPreviewSchema,
  channelPreviewedSchema,
  channelTestSchema,
  channelTestedSchema,
} from '../api/channel-trials.ts';
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
    permission: 'credentials:write',
    proof: true,
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
    proof: { fields: ['provider', 'baseUrl', 'credentials', 'settings', 'overrides', 'proxy'] },
    summary: 'Change a channel',
    params: idParams,
    body: channelPatchSchema,
    answer: channelSchema,
  },
  'channels.copy': {
    method: 'post',
    path: '/channels/{id}/copy',
    permission: 'credentials:write',
    summary: 'Copy a channel under another name, with its accounts; the copy is disabled unless it is said otherwise',
    params: idParams,
    body: channelCopySchema,
    answer: channelSchema,
    status: 201,
  },
  'channels.preview': {
    method: 'post',
    path: '/channels/{id}/preview',
    permission: 'channels:write',
    summary: 'Show a request as it would be sent, without the overrides and with them; sends nothing',
    params: idParams,
    body: channelPreviewSchema,
    answer: channelPreviewedSchema,
  },
  'channels.test': {
    method: 'post',
    path: '/channels/{id}/test',
    permission: 'channels:write',
    summary: 'Ask a channel something small, and tell how it answered',
    params: idParams,
    body: channelTestSchema,
    answer: channelTestedSchema,
  },
  'channels.delete': {
    method: 'delete',
    path: '/channels/{id}',
    permission: 'channels:write',
    summary: 'Remove a channel',
    params: idParams,
  },
});
