import { settingSchema, settingWriteSchema } from '../api/configuration.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';
import { nameParams } from './params.ts';

/** The settings tree, leaf by leaf. */
export const settingOperations = declare({
  'settings.list': {
    method: 'get',
    path: '/settings',
    permission: 'settings:read',
    summary: 'List settings with their defaults',
    answer: listOf(settingSchema),
  },
  'settings.update': {
    method: 'put',
    path: '/settings/{name}',
    permission: 'settings:write',
    summary: 'Write one setting; null goes back to the default',
    params: nameParams,
    body: settingWriteSchema,
    answer: settingSchema,
  },
});
