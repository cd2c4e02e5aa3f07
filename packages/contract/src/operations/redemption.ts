import { pageQuerySchema } from '../api/page.ts';
import {
  codeBatchInputSchema,
  codeBatchPageSchema,
  codeBatchPatchSchema,
  codeBatchSchema,
  codePageSchema,
  codePatchSchema,
  codeSchema,
  newCodeBatchSchema,
  redeemedSchema,
  redeemInputSchema,
  redemptionPageSchema,
  redemptionQuerySchema,
} from '../api/redemption.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Redemption codes, for administrators; and redeeming one, for everybody. */
export const redemptionOperations = declare({
  'codeBatches.list': {
    method: 'get',
    path: '/code-batches',
    permission: 'codes:read',
    summary: 'List batches of redemption codes',
    query: pageQuerySchema,
    answer: codeBatchPageSchema,
  },
  'codeBatches.create': {
    method: 'post',
    path: '/code-batches',
    permission: 'codes:write',
    summary: 'Make a batch of redemption codes; their texts are in this answer only',
    body: codeBatchInputSchema,
    answer: newCodeBatchSchema,
    status: 201,
  },
  'codeBatches.read': {
    method: 'get',
    path: '/code-batches/{id}',
    permission: 'codes:read',
    summary: 'Read a batch of redemption codes',
    params: idParams,
    answer: codeBatchSchema,
  },
  'codeBatches.update': {
    method: 'patch',
    path: '/code-batches/{id}',
    permission: 'codes:write',
    summary: 'Rename a batch, change until when and for whom it is, stop or resume it',
    params: idParams,
    body: codeBatchPatchSchema,
    answer: codeBatchSchema,
  },
  'codeBatches.codes': {
    method: 'get',
    path: '/code-batches/{id}/codes',
    permission: 'codes:read',
    summary: 'List the codes of a batch, without their texts',
    params: idParams,
    query: pageQuerySchema,
    answer: codePageSchema,
  },
  'codes.update': {
    method: 'patch',
    path: '/codes/{id}',
    permission: 'codes:write',
    summary: 'Stop or resume one redemption code',
    params: idParams,
    body: codePatchSchema,
    answer: codeSchema,
  },
  'redemptions.list': {
    method: 'get',
    path: '/redemptions',
    permission: 'codes:read',
    summary: 'List who redeemed which codes',
    query: redemptionQuerySchema,
    answer: redemptionPageSchema,
  },
  'wallet.redeem': {
    method: 'post',
    path: '/wallet/redemptions',
    permission: 'purchases:write',
    summary: 'Redeem a code into one’s own wallet',
    body: redeemInputSchema,
    answer: redeemedSchema,
  },
});
