import {
  budgetInputSchema,
  budgetPageSchema,
  budgetPatchSchema,
  budgetQuerySchema,
  budgetSchema,
} from '../api/budgets.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Budgets of keys, people and teams: one's own, and for administrators everybody's. */
export const budgetOperations = declare({
  'budgets.list': {
    method: 'get',
    path: '/budgets',
    permission: 'budgets:read',
    summary: 'List budgets, with what is spent of each',
    query: budgetQuerySchema,
    answer: budgetPageSchema,
  },
  'budgets.create': {
    method: 'post',
    path: '/budgets',
    permission: 'budgets:write',
    summary: 'Set a budget; it counts from now on',
    body: budgetInputSchema,
    answer: budgetSchema,
    status: 201,
  },
  'budgets.update': {
    method: 'patch',
    path: '/budgets/{id}',
    permission: 'budgets:write',
    summary: 'Change how much a budget allows, for good or until a date',
    params: idParams,
    body: budgetPatchSchema,
    answer: budgetSchema,
  },
  'budgets.delete': {
    method: 'delete',
    path: '/budgets/{id}',
    permission: 'budgets:write',
    summary: 'Take a budget away',
    params: idParams,
  },
});
