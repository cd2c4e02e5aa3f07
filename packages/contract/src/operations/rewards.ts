import {
  checkedInSchema,
  checkInInputSchema,
  checkInQuerySchema,
  checkInsSchema,
  givenCreditListSchema,
  givenCreditQuerySchema,
  invitationsSchema,
  invitedPageSchema,
  invitedQuerySchema,
  rewardTransferInputSchema,
  rewardTransferSchema,
} from '../api/rewards.ts';
import { declare } from './declare.ts';

/** Credit that members are given. */
export const rewardOperations = declare({
  'checkIns.read': {
    method: 'get',
    path: '/check-ins',
    permission: 'purchases:read',
    summary: 'One’s check-ins of a month, and whether one can check in today',
    query: checkInQuerySchema,
    answer: checkInsSchema,
  },
  'checkIns.create': {
    method: 'post',
    path: '/check-ins',
    permission: 'purchases:write',
    summary: 'Check in for the credit of today, once a day',
    body: checkInInputSchema,
    answer: checkedInSchema,
    status: 201,
  },
  'invitations.read': {
    method: 'get',
    path: '/invitations',
    permission: 'purchases:read',
    summary: 'One’s invitation code, and what it has earned',
    answer: invitationsSchema,
  },
  'invitations.list': {
    method: 'get',
    path: '/invitations/people',
    permission: 'purchases:read',
    summary: 'List those who came by one’s invitation',
    query: invitedQuerySchema,
    answer: invitedPageSchema,
  },
  'rewards.transfer': {
    method: 'post',
    path: '/reward-transfers',
    permission: 'purchases:write',
    summary: 'Move what invitations have earned into the wallet',
    body: rewardTransferInputSchema,
    answer: rewardTransferSchema,
  },
  'givenCredits.list': {
    method: 'get',
    path: '/given-credits',
    permission: 'wallets:read',
    summary: 'List credit that expires, what ends first first',
    query: givenCreditQuerySchema,
    answer: givenCreditListSchema,
  },
});
