import type { rewardOperations } from '@tollgate/contract/operations/rewards';
import { Refusal } from '../../domain/refusal.ts';
import { balancesOf, usdToNanos } from '../../services/accounts/people.ts';
import { checkIn, readCheckIns } from '../../services/rewards/check-ins.ts';
import { listGivenCredits } from '../../services/rewards/given-credits.ts';
import { listInvited, readInvitations } from '../../services/rewards/invitations.ts';
import { transferRewards } from '../../services/rewards/transfer-rewards.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { whoseOf } from './whose.ts';

/** Credit that members are given. */
export const rewardHandlers = ({ accounts }: AdminDeps): Handlers<typeof rewardOperations> => ({
  'checkIns.read': async ({ query }, { caller: { user } }) => await readCheckIns(accounts, user, query.month),
  'checkIns.create': async ({ body }, { caller: { user, actor } }) =>
    await checkIn(accounts, user, actor.label, body.timeZone),
  'invitations.read': async (_, { caller: { user } }) => await readInvitations(accounts, user.id),
  'invitations.list': async ({ query: { limit, after } }, { caller: { user } }) =>
    presentPage(await listInvited(accounts, user.id, { limit, after: readCursor(after) }), (one) => one),
  'rewards.transfer': async ({ body }, { caller: { user } }) => {
    const amount = body.amountUsd === undefined ? undefined : usdToNanos(body.amountUsd);
    await transferRewards(accounts, { userId: user.id, amount, clientKey: body.idempotencyKey });
    const { availableNanos } = await readInvitations(accounts, user.id);
    const balance = (await balancesOf(accounts, [user.id])).get(user.id) ?? 0n;
    return { availableNanos, balanceNanos: balance.toString() };
  },
  'givenCredits.list': async ({ query }, context) => {
    const userId = whoseOf(context, query.userId);
    if (userId === undefined) throw new Refusal('invalid_request', 'must name one user', { param: 'userId' });
    const rows = await listGivenCredits(accounts, userId);
    return {
      data: rows.map(({ id, note, granted, left, expiresAt, createdAt }) => ({
        id,
        note,
        grantedNanos: granted.toString(),
        leftNanos: left.toString(),
        expiresAt,
        createdAt,
      })),
    };
  },
});
