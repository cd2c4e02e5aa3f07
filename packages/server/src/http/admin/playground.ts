import { playgroundOperations } from '@tollgate/contract/operations/playground';
import { findKeyRecord } from '../../services/accounts/api-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handler, Handlers } from './operation.ts';

type Operations = typeof playgroundOperations;

/** Asking models as one of one's own keys. */
export const playgroundHandlers = ({ accounts, playground }: AdminDeps): Handlers<Operations> => {
  const ask =
    (to: Operations[keyof Operations]['to']): Handler<Operations['playground.ask']> =>
    async ({ params }, { caller, client, requestId, request }) => {
      const key = await findKeyRecord(accounts, caller.actor, params.id);
      // Whoever may see others' keys may still not spend their money.
      if (key.user.id !== caller.user.id) throw new Refusal('forbidden', 'This is the key of somebody else.');
      return await playground.ask(key, { id: requestId, path: to, request, clientIp: client.address });
    };
  return {
    'playground.ask': ask(playgroundOperations['playground.ask'].to),
    'playground.video': ask(playgroundOperations['playground.video'].to),
  };
};
