import {
  addCardAnswerSchema,
  addCardInputSchema,
  autoTopUpAnswerSchema,
  autoTopUpInputSchema,
  cardQuerySchema,
  savedCardSchema,
} from '../api/cards.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';

/** One's own saved cards, and topping up by one of them. */
export const cardOperations = declare({
  'wallet.cards': {
    method: 'get',
    path: '/wallet/cards',
    permission: 'purchases:read',
    summary: 'Cards that payment providers keep for the caller',
    answer: listOf(savedCardSchema),
  },
  'wallet.addCard': {
    method: 'post',
    path: '/wallet/cards',
    permission: 'purchases:write',
    summary: 'Begin to save a card: answers with the provider’s page for it',
    body: addCardInputSchema,
    answer: addCardAnswerSchema,
    status: 201,
  },
  'wallet.removeCard': {
    method: 'delete',
    path: '/wallet/cards',
    permission: 'purchases:write',
    summary: 'Have a card forgotten; what is paid by it automatically is switched off',
    query: cardQuerySchema,
  },
  'wallet.autoTopUp': {
    method: 'get',
    path: '/wallet/auto-top-up',
    permission: 'purchases:read',
    summary: 'How the wallet is topped up automatically',
    answer: autoTopUpAnswerSchema,
  },
  'wallet.setAutoTopUp': {
    method: 'put',
    path: '/wallet/auto-top-up',
    permission: 'purchases:write',
    proof: true,
    summary: 'Let the wallet be topped up by a saved card, within a monthly bound',
    body: autoTopUpInputSchema,
    answer: autoTopUpAnswerSchema,
  },
  'wallet.stopAutoTopUp': {
    method: 'delete',
    path: '/wallet/auto-top-up',
    permission: 'purchases:write',
    summary: 'Top up automatically no more',
    answer: autoTopUpAnswerSchema,
  },
});
