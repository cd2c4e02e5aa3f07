import { settingSchema, settingWriteSchema } from '../api/configuration.ts';
import { listOf } from '../api/page.ts';
import { settingsTree } from '../settings/index.ts';
import { declare } from './declare.ts';
import { nameParams } from './params.ts';

/** Settings that are secrets, money or rights: those are root's, amounts of money, or kept sealed. */
const guarded = settingsTree.leaves
  .filter(({ secret, audience, unit }) => secret || audience === 'root' || unit === 'usd')
  .map(({ path }) => path);

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
    proof: { param: 'name', among: guarded },
    summary: 'Write one setting; null goes back to the default',
    params: nameParams,
    body: settingWriteSchema,
    answer: settingSchema,
  },
});
