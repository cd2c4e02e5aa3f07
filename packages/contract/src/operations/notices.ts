import {
  noticeKindSchema,
  noticeTargetInputSchema,
  noticeTargetPatchSchema,
  noticeTargetSchema,
  noticeTestSchema,
} from '../api/notices.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** What one is told of, and by what. */
export const noticeOperations = declare({
  'noticeKinds.list': {
    method: 'get',
    path: '/notice-kinds',
    permission: 'account:read',
    summary: 'By what one can be told, and what each needs to know',
    answer: listOf(noticeKindSchema),
  },
  'notices.list': {
    method: 'get',
    path: '/me/notices',
    permission: 'account:read',
    summary: 'Where one is told of what',
    answer: listOf(noticeTargetSchema),
  },
  'notices.create': {
    method: 'post',
    path: '/me/notices',
    permission: 'account:write',
    summary: 'Be told of something somewhere',
    body: noticeTargetInputSchema,
    answer: noticeTargetSchema,
    status: 201,
  },
  'notices.update': {
    method: 'patch',
    path: '/me/notices/{id}',
    permission: 'account:write',
    summary: 'Change what one is told there',
    params: idParams,
    body: noticeTargetPatchSchema,
    answer: noticeTargetSchema,
  },
  'notices.delete': {
    method: 'delete',
    path: '/me/notices/{id}',
    permission: 'account:write',
    summary: 'Be told nothing there any more',
    params: idParams,
  },
  'notices.test': {
    method: 'post',
    path: '/me/notices/{id}/test',
    permission: 'account:write',
    summary: 'Be told something there now, and see what was said to it',
    params: idParams,
    answer: noticeTestSchema,
  },
});
