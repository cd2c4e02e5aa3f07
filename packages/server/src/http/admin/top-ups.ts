import type { topUpOperations } from '@tollgate/contract/operations/top-ups';
import { changeTopUpKey, createTopUpKey, listTopUpKeys, removeTopUpKey } from '../../services/top-ups/keys.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Keys of the external top-up API. */
export const topUpHandlers = ({ accounts }: AdminDeps): Handlers<typeof topUpOperations> => ({
  'topUpKeys.list': async () => ({ data: await listTopUpKeys(accounts) }),
  'topUpKeys.create': async ({ body }, { caller }) => await createTopUpKey(accounts, caller.actor.label, body),
  'topUpKeys.update': async ({ params, body }, { caller }) =>
    await changeTopUpKey(accounts, caller.actor.label, params.id, body),
  'topUpKeys.delete': async ({ params }, { caller }) => {
    await removeTopUpKey(accounts, caller.actor.label, params.id);
  },
});
