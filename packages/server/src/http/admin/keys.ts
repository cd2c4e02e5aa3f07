import {
  keyInputSchema,
  keyPageSchema,
  keyPatchSchema,
  keyQuerySchema,
  keySchema,
  newKeySchema,
  type KeyView,
} from '@tollgate/contract/api/keys';
import { isAdmin } from '../../services/accounts/account-deps.ts';
import { changeKey, createApiKey, findKey, listKeys, revokeKey, spendingOf } from '../../services/accounts/api-keys.ts';
import { findUser, nanosToUsd } from '../../services/accounts/people.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ApiKey } from '../../store/api-keys.ts';
import { readable, type AdminDeps } from './admin-deps.ts';
import { idParams } from './id-params.ts';
import { operation, type Caller } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { whoseOf } from './whose.ts';

/** API keys: one's own, and for administrators everybody's. */
export const keyOperations = (deps: AdminDeps) => {
  const { accounts } = deps;
  return [
    operation(
      {
        name: 'keys.list',
        method: 'get',
        path: '/keys',
        summary: 'List API keys',
        query: keyQuerySchema,
        answer: keyPageSchema,
      },
      async ({ query }, context) => {
        const userId = whoseOf(context.caller(), query.userId);
        const page = await listKeys(accounts, { userId, limit: query.limit, after: readCursor(query.after) });
        return { ...presentPage(page, (key) => key), data: await presentKeys(deps, page.rows) };
      },
    ),
    operation(
      {
        name: 'keys.create',
        method: 'post',
        path: '/keys',
        summary: 'Create an API key; its text is in this answer only',
        body: keyInputSchema,
        answer: newKeySchema,
      },
      async ({ body: { userId, ...input } }, context) => {
        const caller = context.caller();
        const owner =
          userId === undefined || userId === caller.user.id ? caller.user : await otherUser(deps, caller, userId);
        const { apiKey, text } = await createApiKey(accounts, caller.actor, owner, input);
        return { ...(await presentKey(deps, apiKey)), key: text };
      },
    ),
    operation(
      {
        name: 'keys.read',
        method: 'get',
        path: '/keys/{id}',
        summary: 'Read an API key',
        params: idParams,
        answer: keySchema,
      },
      async ({ params }, context) => await presentKey(deps, await findKey(accounts, context.caller().actor, params.id)),
    ),
    operation(
      {
        name: 'keys.update',
        method: 'patch',
        path: '/keys/{id}',
        summary: 'Change, disable or enable an API key',
        params: idParams,
        body: keyPatchSchema,
        answer: keySchema,
      },
      async ({ params, body }, context) =>
        await presentKey(deps, await changeKey(accounts, context.caller().actor, params.id, body)),
    ),
    operation(
      {
        name: 'keys.delete',
        method: 'delete',
        path: '/keys/{id}',
        summary: 'Revoke an API key for ever',
        params: idParams,
      },
      async ({ params }, context) => {
        await revokeKey(accounts, context.caller().actor, params.id);
      },
    ),
  ];
};

async function otherUser(deps: AdminDeps, caller: Caller, userId: string) {
  if (!isAdmin(caller.user.role))
    throw new Refusal('forbidden', 'Only an administrator makes keys for others.', { param: 'userId' });
  const owner = await findUser(deps.accounts, userId);
  if (owner === undefined) throw new Refusal('invalid_request', 'There is no such user.', { param: 'userId' });
  return owner;
}

async function presentKeys(deps: AdminDeps, keys: readonly ApiKey[]): Promise<KeyView[]> {
  const limited = keys.filter((key) => key.limitNanos !== null).map((key) => key.id);
  const spentOf = await readable(() =>
    limited.length === 0 ? Promise.resolve(new Map()) : spendingOf(deps.accounts, limited),
  );
  return keys.map(({ limitNanos, models, allowedIps, ...key }) => ({
    ...key,
    models: models === null ? null : [...models],
    allowedIps: allowedIps === null ? null : [...allowedIps],
    limitUsd: limitNanos === null ? null : nanosToUsd(limitNanos),
    spentNanos: limitNanos === null ? null : spentOf(key.id),
  }));
}

async function presentKey(deps: AdminDeps, key: ApiKey): Promise<KeyView> {
  const [shown] = await presentKeys(deps, [key]);
  if (shown === undefined) throw new Error('a key could not be shown');
  return shown;
}
