import type { settingOperations } from '@tollgate/contract/operations/settings';
import { listSettings, writeSetting } from '../../services/configuration/settings.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** The settings tree, leaf by leaf. */
export const settingHandlers = ({ configuration }: AdminDeps): Handlers<typeof settingOperations> => ({
  'settings.list': async () => ({ data: [...(await listSettings(configuration))] }),
  'settings.update': async ({ params, body }, context) =>
    await writeSetting(configuration, context.caller.actor.label, params.name, body.value),
});
