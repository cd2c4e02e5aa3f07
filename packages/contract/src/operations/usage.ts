import { listOf } from '../api/page.ts';
import {
  usageAnswerSchema,
  usageAskSchema,
  viewInputSchema,
  viewListQuerySchema,
  viewPatchSchema,
  viewSchema,
} from '../api/usage.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Usage by any of its sides, and the views of it (and of other pages) that somebody keeps. */
export const usageOperations = declare({
  'usage.query': {
    method: 'get',
    path: '/usage/query',
    permission: 'requests:read',
    summary: 'Usage by model, key, user, channel, time and more',
    query: usageAskSchema,
    answer: usageAnswerSchema,
  },
  'views.list': {
    method: 'get',
    path: '/views',
    permission: 'account:read',
    summary: 'List one’s saved views, and those that are shared with everybody',
    query: viewListQuerySchema,
    answer: listOf(viewSchema),
  },
  'views.create': {
    method: 'post',
    path: '/views',
    permission: 'account:write',
    summary: 'Save a view of a page',
    body: viewInputSchema,
    answer: viewSchema,
    status: 201,
  },
  'views.update': {
    method: 'patch',
    path: '/views/{id}',
    permission: 'account:write',
    summary: 'Rename a saved view, or change what it shows',
    params: idParams,
    body: viewPatchSchema,
    answer: viewSchema,
  },
  'views.delete': {
    method: 'delete',
    path: '/views/{id}',
    permission: 'account:write',
    summary: 'Forget a saved view',
    params: idParams,
  },
});
