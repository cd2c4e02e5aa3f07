import {
  channelBalanceSchema,
  fetchedModelsSchema,
  fetchModelsSchema,
  heldModelInputSchema,
  heldModelsSchema,
  modelWatchSchema,
  modelWatchTakeSchema,
} from '../api/channel-inquiries.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** What a channel's accounts are asked about themselves: which models, how much money. */
export const channelInquiryOperations = declare({
  'channels.models.fetch': {
    method: 'post',
    path: '/channels/{id}/models/fetch',
    permission: 'channels:write',
    summary: 'List the models of the upstream, and compare them with the channel’s',
    params: idParams,
    body: fetchModelsSchema,
    answer: fetchedModelsSchema,
  },
  'channels.watches.list': {
    method: 'get',
    path: '/model-watches',
    permission: 'channels:read',
    summary: 'List the channels whose upstreams are watched for new models, and what was found',
    answer: listOf(modelWatchSchema),
  },
  'channels.watches.look': {
    method: 'post',
    path: '/channels/{id}/model-watch/look',
    permission: 'channels:write',
    summary: 'Ask the upstream of a watched channel for its models now',
    params: idParams,
    answer: modelWatchSchema,
  },
  'channels.watches.take': {
    method: 'post',
    path: '/channels/{id}/model-watch/take',
    permission: 'channels:write',
    summary: 'Serve models that were found, stop serving those that are gone, or dismiss them',
    params: idParams,
    body: modelWatchTakeSchema,
    answer: modelWatchSchema,
  },
  'channels.held.list': {
    method: 'get',
    path: '/channels/{id}/held-models',
    permission: 'channels:read',
    summary: 'List the models that a server of one’s own holds, and those that it is fetching',
    params: idParams,
    answer: heldModelsSchema,
  },
  'channels.held.pull': {
    method: 'post',
    path: '/channels/{id}/held-models',
    permission: 'channels:write',
    summary: 'Have a server of one’s own fetch a model; goes on after the answer',
    params: idParams,
    body: heldModelInputSchema,
    answer: heldModelsSchema,
    status: 202,
  },
  'channels.held.remove': {
    method: 'post',
    path: '/channels/{id}/held-models/delete',
    permission: 'channels:write',
    summary: 'Remove a model from a server of one’s own',
    params: idParams,
    body: heldModelInputSchema,
    answer: heldModelsSchema,
  },
  'channels.balance': {
    method: 'post',
    path: '/channels/{id}/balance',
    permission: 'channels:write',
    summary: 'Ask the upstream what money each account has left',
    params: idParams,
    answer: channelBalanceSchema,
  },
});
