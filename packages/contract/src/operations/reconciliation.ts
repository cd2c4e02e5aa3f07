import {
  billingAccountInputSchema,
  billingAccountListSchema,
  billingAccountPatchSchema,
  billingAccountSchema,
  costFileAnswerSchema,
  costFileSchema,
  reconciliationQuerySchema,
  reconciliationSchema,
} from '../api/reconciliation.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Accounts at providers, and what those say that they charge. */
export const reconciliationOperations = declare({
  'billingAccounts.list': {
    method: 'get',
    path: '/billing-accounts',
    permission: 'sales:read',
    summary: 'List accounts at providers whose costs are compared with the books',
    answer: billingAccountListSchema,
  },
  'billingAccounts.create': {
    method: 'post',
    path: '/billing-accounts',
    permission: 'sales:write',
    summary: 'Add an account at a provider, to compare what it charges with the books',
    body: billingAccountInputSchema,
    answer: billingAccountSchema,
    status: 201,
  },
  'billingAccounts.update': {
    method: 'patch',
    path: '/billing-accounts/{id}',
    permission: 'sales:write',
    summary: 'Change an account at a provider, or give it another key',
    params: idParams,
    body: billingAccountPatchSchema,
    answer: billingAccountSchema,
  },
  'billingAccounts.delete': {
    method: 'delete',
    path: '/billing-accounts/{id}',
    permission: 'sales:write',
    summary: 'Remove an account at a provider, with what was read of it',
    params: idParams,
  },
  'billingAccounts.refresh': {
    method: 'post',
    path: '/billing-accounts/{id}/refresh',
    permission: 'sales:write',
    summary: 'Read the last 35 days of costs from the provider now; a failure stands in `problem`',
    params: idParams,
    answer: billingAccountSchema,
  },
  'billingAccounts.upload': {
    method: 'post',
    path: '/billing-accounts/{id}/costs',
    permission: 'sales:write',
    summary: 'Upload what an invoice charges, by day and model, as CSV',
    params: idParams,
    body: costFileSchema,
    answer: costFileAnswerSchema,
  },
  'billingAccounts.reconcile': {
    method: 'get',
    path: '/billing-accounts/{id}/reconciliation',
    permission: 'sales:read',
    summary: 'What a provider says that it charges, beside what the books say, and why they differ',
    params: idParams,
    query: reconciliationQuerySchema,
    answer: reconciliationSchema,
  },
});
