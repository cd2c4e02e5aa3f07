import type { keyOperations } from '@tollgate/contract/operations/keys';
import { batchNames, type KeyView } from '@tollgate/contract/api/keys';
import {
  changeKey,
  createApiKey,
  createApiKeys,
  endPreviousText,
  findKey,
  findKeyRecord,
  lastUseOf,
  listKeys,
  ownersOf,
  revokeKey,
  rotateKey,
  spendingOf,
} from '../../services/accounts/api-keys.ts';
import { balancesOf, findUser, nanosToUsd } from '../../services/accounts/people.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ApiKey } from '../../store/api-keys.ts';
import type { User } from '../../store/users.ts';
import { effectiveKey } from './effective-key.ts';
import { readable, type AdminDeps } from './admin-deps.ts';
import type { CallerContext, Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { whoseOf } from './whose.ts';

/** API keys: one's own, and for administrators everybody's. */
export const keyHandlers = (deps: AdminDeps): Handlers<typeof keyOperations> => {
  const { accounts } = deps;
  return {
    'keys.list': async ({ query }, context) => {
      const userId = whoseOf(context, query.userId);
      const page = await listKeys(accounts, {
        userId,
        search: query.search,
        limit: query.limit,
        after: readCursor(query.after),
      });
      return { ...presentPage(page, (key) => key), data: await presentKeys(deps, page.rows) };
    },
    'keys.create': async ({ body: { userId, ...input } }, context) => {
      const owner = await ownerOf(deps, context, userId);
      const { apiKey, text } = await createApiKey(accounts, context.caller.actor, owner, input);
      return { ...(await presentKey(deps, apiKey)), key: text };
    },
    'keys.createMany': async ({ body: { userId, count, from, ...input } }, context) => {
      const owner = await ownerOf(deps, context, userId);
      const names = batchNames({ name: input.name, count, from });
      const created = await createApiKeys(accounts, context.caller.actor, owner, input, names);
      const views = await presentKeys(
        deps,
        created.map(({ apiKey }) => apiKey),
      );
      return { data: views.map((view, index) => ({ ...view, key: created[index]?.text ?? '' })) };
    },
    'keys.read': async ({ params }, context) =>
      await presentKey(deps, await findKey(accounts, context.caller.actor, params.id)),
    'keys.effective': async ({ params }, { caller }) => {
      const record = await findKeyRecord(accounts, caller.actor, params.id);
      const payer = record.teamId ?? record.user.id;
      const wallet = await readable(() => balancesOf(accounts, [payer]));
      return effectiveKey(deps.snapshot(), record, accounts.now(), wallet(payer));
    },
    'keys.rotate': async ({ params, body }, { caller }) => {
      const { apiKey, text } = await rotateKey(accounts, caller.actor, params.id, body.overlapMs);
      return { ...(await presentKey(deps, apiKey)), key: text };
    },
    'keys.endPrevious': async ({ params }, { caller }) => {
      await endPreviousText(accounts, caller.actor, params.id);
    },
    'keys.update': async ({ params, body }, context) =>
      await presentKey(deps, await changeKey(accounts, context.caller.actor, params.id, body)),
    'keys.delete': async ({ params }, context) => {
      await revokeKey(accounts, context.caller.actor, params.id);
    },
  };
};

async function ownerOf(deps: AdminDeps, context: CallerContext, userId: string | undefined): Promise<User> {
  const { user } = context.caller;
  return userId === undefined || userId === user.id ? user : await otherUser(deps, context, userId);
}

async function otherUser(deps: AdminDeps, { reach }: CallerContext, userId: string) {
  if (reach !== 'any')
    throw new Refusal('forbidden', 'Only an administrator makes keys for others.', { param: 'userId' });
  const owner = await findUser(deps.accounts, userId);
  if (owner === undefined) throw new Refusal('invalid_request', 'There is no such user.', { param: 'userId' });
  return owner;
}

/** Keys, with whose they are, what they have spent, and when they were last used. */
export async function presentKeys(deps: AdminDeps, keys: readonly ApiKey[]): Promise<KeyView[]> {
  const limited = keys.filter((key) => key.limitNanos !== null).map((key) => key.id);
  const spentOf = await readable(() =>
    limited.length === 0 ? Promise.resolve(new Map()) : spendingOf(deps.accounts, limited),
  );
  const ids = keys.map(({ id }) => id);
  const owners = await ownersOf(deps.accounts, new Set(keys.map(({ userId }) => userId)));
  const used = await lastUseOf(deps.accounts, ids);
  const now = deps.accounts.now();
  return keys.map(({ limitNanos, previousUntil, ...key }) => ({
    ...key,
    userName: owners.get(key.userId) ?? null,
    lastUsedAt: used.get(key.id) ?? null,
    previousUntil: previousUntil !== null && previousUntil > now ? previousUntil : null,
    limitUsd: limitNanos === null ? null : nanosToUsd(limitNanos),
    spentNanos: limitNanos === null ? null : spentOf(key.id),
  }));
}

async function presentKey(deps: AdminDeps, key: ApiKey): Promise<KeyView> {
  const [shown] = await presentKeys(deps, [key]);
  if (shown === undefined) throw new Error('a key could not be shown');
  return shown;
}
