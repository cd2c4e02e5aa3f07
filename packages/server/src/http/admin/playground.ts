import { playgroundOperations } from '@tollgate/contract/operations/playground';
import { findKeyRecord } from '../../services/accounts/api-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers, RelayedContext } from './operation.ts';

type Name = keyof typeof playgroundOperations;
type Ask = (input: { readonly params: { readonly id: string } }, context: RelayedContext) => Promise<Response>;

/** Asking models as one of one's own keys. */
export function playgroundHandlers(deps: AdminDeps): Handlers<typeof playgroundOperations> {
  const as =
    (name: Name): Ask =>
    ({ params }, context) =>
      ask(deps, playgroundOperations[name].to, params.id, context);
  return {
    'playground.ask': as('playground.ask'),
    'playground.video': as('playground.video'),
    'playground.image': as('playground.image'),
    'playground.imageEdit': as('playground.imageEdit'),
    'playground.speech': as('playground.speech'),
    'playground.transcription': as('playground.transcription'),
    'playground.music': as('playground.music'),
  };
}

async function ask(
  { accounts, playground }: AdminDeps,
  to: (typeof playgroundOperations)[Name]['to'],
  keyId: string,
  context: RelayedContext,
) {
  const { caller, client, requestId, request } = context;
  const key = await findKeyRecord(accounts, caller.actor, keyId);
  // Whoever may see others' keys may still not spend their money.
  if (key.user.id !== caller.user.id) throw new Refusal('forbidden', 'This is the key of somebody else.');
  return await playground.ask(key, { id: requestId, path: to, request, clientIp: client.address });
}
