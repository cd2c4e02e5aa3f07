import { playgroundOperations } from '@tollgate/contract/operations/playground';
import { findKeyRecord } from '../../services/accounts/api-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers, RelayedContext } from './operation.ts';

type To = (typeof playgroundOperations)[keyof typeof playgroundOperations]['to'];

/** Asking models as one of one's own keys. */
export const playgroundHandlers = (deps: AdminDeps): Handlers<typeof playgroundOperations> => ({
  'playground.ask': ({ params }, context) => ask(deps, playgroundOperations['playground.ask'].to, params.id, context),
  'playground.video': ({ params }, context) =>
    ask(deps, playgroundOperations['playground.video'].to, params.id, context),
});

async function ask({ accounts, playground }: AdminDeps, to: To, keyId: string, context: RelayedContext) {
  const { caller, client, requestId, request } = context;
  const key = await findKeyRecord(accounts, caller.actor, keyId);
  // Whoever may see others' keys may still not spend their money.
  if (key.user.id !== caller.user.id) throw new Refusal('forbidden', 'This is the key of somebody else.');
  return await playground.ask(key, { id: requestId, path: to, request, clientIp: client.address });
}
