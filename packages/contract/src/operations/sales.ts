import { saleTermsInputSchema, saleTermsSchema } from '../api/sales.ts';
import { declare } from './declare.ts';

/** The switch before which nothing sells. */
export const saleOperations = declare({
  'saleTerms.read': {
    method: 'get',
    path: '/sale-terms',
    permission: 'sales:read',
    summary: 'Whether anything can be sold, and who confirmed the terms for it',
    answer: saleTermsSchema,
  },
  'saleTerms.confirm': {
    method: 'put',
    path: '/sale-terms',
    permission: 'sales:write',
    summary: 'Confirm the terms of selling, or withdraw that; by a person who is signed in, not by a token',
    body: saleTermsInputSchema,
    answer: saleTermsSchema,
  },
});
