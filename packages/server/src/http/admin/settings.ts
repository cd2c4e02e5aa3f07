import { settingSchema, settingWriteSchema } from '@tollgate/contract/api/configuration';
import { listOf } from '@tollgate/contract/api/page';
import { listSettings, writeSetting } from '../../services/configuration/settings.ts';
import type { AdminDeps } from './admin-deps.ts';
import { nameParams } from './id-params.ts';
import { operation } from './operation.ts';

/** The settings tree, leaf by leaf. */
export const settingOperations = ({ configuration }: AdminDeps) => [
  operation(
    {
      name: 'settings.list',
      method: 'get',
      path: '/settings',
      summary: 'List settings with their defaults',
      answer: listOf(settingSchema),
    },
    async () => ({ data: [...(await listSettings(configuration))] }),
  ),
  operation(
    {
      name: 'settings.update',
      method: 'put',
      path: '/settings/{name}',
      summary: 'Write one setting; null goes back to the default',
      params: nameParams,
      body: settingWriteSchema,
      answer: settingSchema,
    },
    async ({ params, body }, context) =>
      await writeSetting(configuration, context.caller().actor.label, params.name, body.value),
  ),
];
