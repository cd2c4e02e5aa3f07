import { channelBalanceSchema, fetchedModelsSchema, fetchModelsSchema } from '../api/channel-inquiries.ts';
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
  'channels.balance': {
    method: 'post',
    path: '/channels/{id}/balance',
    permission: 'channels:write',
    summary: 'Ask the upstream what money each account has left',
    params: idParams,
    answer: channelBalanceSchema,
  },
});
