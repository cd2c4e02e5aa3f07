import type { settingOperations } from '@tollgate/contract/operations/settings';
import { audienceOf } from '@tollgate/contract/settings/leaf';
import { listSettings, writeSetting } from '../../services/configuration/settings.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** The settings tree, leaf by leaf. */
export const settingHandlers = ({ configuration }: AdminDeps): Handlers<typeof settingOperations> => ({
  'settings.list': async (_, { caller }) => ({
    data: [...(await listSettings(configuration, audienceOf(caller.user)))],
  }),
  'settings.update': async ({ params, body }, { caller }) => {
    const writer = { actor: caller.actor.label, audience: audienceOf(caller.user) };
    return await writeSetting(configuration, writer, params.name, body.value);
  },
});
