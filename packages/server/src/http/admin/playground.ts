import { playgroundOperations } from '@tollgate/contract/operations/playground';
import { findKeyRecord } from '../../services/accounts/api-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** Asking models as one of one's own keys. */
export const playgroundHandlers = ({ accounts, playground }: AdminDeps): Handlers<typeof playgroundOperations> => ({
  'playground.ask': async ({ params }, { caller, client, requestId, request }) => {
    const key = await findKeyRecord(accounts, caller.actor, params.id);
    // Whoever may see others' keys may still not spend their money.
    if (key.user.id !== caller.user.id) throw new Refusal('forbidden', 'This is the key of somebody else.');
    const { to } = playgroundOperations['playground.ask'];
    return await playground.ask(key, { id: requestId, path: to, request, clientIp: client.address });
  },
});
