import type { tokenOperations } from '@tollgate/contract/operations/tokens';
import { createToken, listTokens, revokeToken } from '../../services/accounts/access-tokens.ts';
import type { AccessToken } from '../../store/access-tokens.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** One's own access tokens of the admin API. */
export const tokenHandlers = (deps: AdminDeps): Handlers<typeof tokenOperations> => {
  const { accounts } = deps;
  return {
    'tokens.list': async (_ask, context) => ({
      data: (await listTokens(accounts, context.caller.user)).map(presentToken),
    }),
    'tokens.create': async ({ body }, context) => {
      const { actor, user, token: by } = context.caller;
      const { token, text } = await createToken(accounts, actor, user, body, by);
      return { ...presentToken(token), token: text };
    },
    'tokens.delete': async ({ params }, context) => {
      const { actor, user } = context.caller;
      await revokeToken(accounts, actor, user, params.id);
    },
  };
};

function presentToken({ userId: _userId, ...token }: AccessToken) {
  return token;
}
