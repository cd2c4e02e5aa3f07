import type { proofOperations } from '@tollgate/contract/operations/proofs';
import { beginPasskeyProof } from '../../services/accounts/passkeys.ts';
import { createProof, waysToProve } from '../../services/accounts/proofs.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { requireSession } from './sessions.ts';
import { jsonOf } from './sign-in.ts';

/** Proofs of who sits there. */
export const proofHandlers = (deps: AdminDeps): Handlers<typeof proofOperations> => {
  const { accounts, attempts } = deps;
  return {
    'proofs.ways': async (_ask, { caller }) => await waysToProve(accounts, requireSession(caller).user),
    'proofs.beginPasskey': async (_ask, context) => {
      const { user, sessionId } = requireSession(context.caller);
      const { flow, options, cookies } = await beginPasskeyProof(accounts, context.client, user, sessionId);
      context.setCookies(cookies);
      return { flow, options: jsonOf(options) };
    },
    'proofs.create': async ({ body }, context) =>
      await createProof(accounts, attempts, context.client, requireSession(context.caller), body),
  };
};
