import { newTokenSchema, tokenInputSchema, tokenListSchema } from '@tollgate/contract/api/keys';
import { createToken, listTokens, revokeToken } from '../../services/accounts/access-tokens.ts';
import type { AccessToken } from '../../store/access-tokens.ts';
import type { AdminDeps } from './admin-deps.ts';
import { idParams } from './id-params.ts';
import { operation } from './operation.ts';

/** One's own access tokens of the admin API. */
export const tokenOperations = (deps: AdminDeps) => {
  const { accounts } = deps;
  return [
    operation(
      {
        name: 'tokens.list',
        method: 'get',
        path: '/tokens',
        summary: 'List one’s access tokens',
        answer: tokenListSchema,
      },
      async (_ask, context) => ({ data: (await listTokens(accounts, context.caller().user)).map(presentToken) }),
    ),
    operation(
      {
        name: 'tokens.create',
        method: 'post',
        path: '/tokens',
        summary: 'Create an access token; its text is in this answer only',
        body: tokenInputSchema,
        answer: newTokenSchema,
      },
      async ({ body }, context) => {
        const { actor, user } = context.caller();
        const { token, text } = await createToken(accounts, actor, user, body);
        return { ...presentToken(token), token: text };
      },
    ),
    operation(
      {
        name: 'tokens.delete',
        method: 'delete',
        path: '/tokens/{id}',
        summary: 'Revoke an access token',
        params: idParams,
      },
      async ({ params }, context) => {
        const { actor, user } = context.caller();
        await revokeToken(accounts, actor, user, params.id);
      },
    ),
  ];
};

function presentToken({ userId: _userId, ...token }: AccessToken) {
  return token;
}
