import type { redemptionOperations } from '@tollgate/contract/operations/redemption';
import { walletsOf } from '../../services/accounts/credit-lines.ts';
import { balancesOf } from '../../services/accounts/people.ts';
import {
  changeCodeBatch,
  createCodeBatch,
  listCodeBatches,
  listCodes,
  readCodeBatch,
  switchCode,
} from '../../services/sales/code-batches.ts';
import { listRedemptions, redeemCode } from '../../services/sales/redeem.ts';
import { salesOpen } from '../../services/sales/sale-terms.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';

/** Redemption codes. */
export const redemptionHandlers = ({ accounts }: AdminDeps): Handlers<typeof redemptionOperations> => ({
  'codeBatches.list': async ({ query: { limit, after } }) =>
    presentPage(await listCodeBatches(accounts, { limit, after: readCursor(after) }), (batch) => batch),
  'codeBatches.create': async ({ body }, { caller }) => {
    const { batch, codes } = await createCodeBatch(accounts, caller.actor, body);
    return { ...batch, codes: [...codes] };
  },
  'codeBatches.read': async ({ params }) => await readCodeBatch(accounts, params.id),
  'codeBatches.update': async ({ params, body }, { caller }) =>
    await changeCodeBatch(accounts, caller.actor, params.id, body),
  'codeBatches.codes': async ({ params, query: { limit, after } }) =>
    presentPage(
      await listCodes(accounts, params.id, { limit, after: readCursor(after) }),
      ({ batchId: _batch, ...code }) => code,
    ),
  'codes.update': async ({ params, body }, { caller }) => {
    const { batchId: _batch, ...code } = await switchCode(accounts, caller.actor, params.id, body.enabled);
    return code;
  },
  'redemptions.list': async ({ query: { limit, after, batchId } }) =>
    presentPage(
      await listRedemptions(accounts, { limit, after: readCursor(after), batchId }),
      ({ amount, ...one }) => ({ ...one, amountNanos: amount.toString() }),
    ),
  'wallet.read': async (_, { caller: { user } }) => {
    const wallet = (await walletsOf(accounts, [user.id])).get(user.id);
    return {
      balanceNanos: (wallet?.balance ?? 0n).toString(),
      creditLineNanos: (wallet?.creditLine ?? 0n).toString(),
      selling: await salesOpen(accounts.database.db),
    };
  },
  'wallet.redeem': async ({ body }, { caller, client }) => {
    const { user } = caller;
    const amount = await redeemCode(accounts, { user, code: body.code, address: client.address });
    return { amountNanos: amount.toString(), balanceNanos: await balanceOf(accounts, user.id) };
  },
});

const balanceOf = async (accounts: AdminDeps['accounts'], userId: string): Promise<string> =>
  ((await balancesOf(accounts, [userId])).get(userId) ?? 0n).toString();
