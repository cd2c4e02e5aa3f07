import { pageQuerySchema } from '../api/page.ts';
import {
  promotionInputSchema,
  promotionPageSchema,
  promotionPreviewInputSchema,
  promotionPreviewSchema,
  promotionSchema,
} from '../api/promotions.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Credit that is given to many. */
export const promotionOperations = declare({
  'promotions.list': {
    method: 'get',
    path: '/promotions',
    permission: 'sales:read',
    summary: 'List promotions',
    query: pageQuerySchema,
    answer: promotionPageSchema,
  },
  'promotions.preview': {
    method: 'post',
    path: '/promotion-previews',
    permission: 'wallets:write',
    summary: 'How many accounts a promotion would go to, and what it comes to',
    body: promotionPreviewInputSchema,
    answer: promotionPreviewSchema,
  },
  'promotions.create': {
    method: 'post',
    path: '/promotions',
    permission: 'wallets:write',
    proof: true,
    summary: 'Give credit that expires to all members that a filter fits, as a job',
    body: promotionInputSchema,
    answer: promotionSchema,
    status: 201,
  },
  'promotions.stop': {
    method: 'post',
    path: '/promotions/{id}/stop',
    permission: 'wallets:write',
    summary: 'Give no more of a promotion; what was given stays',
    params: idParams,
    answer: promotionSchema,
  },
});
