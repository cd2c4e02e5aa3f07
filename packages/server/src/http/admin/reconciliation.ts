import type { reconciliationOperations } from '@tollgate/contract/operations/reconciliation';
import { Refusal } from '../../domain/refusal.ts';
import {
  changeBillingAccount,
  createBillingAccount,
  listBillingAccounts,
  mustFindBillingAccount,
  present,
  removeBillingAccount,
} from '../../services/reconciliation/billing-accounts.ts';
import { dayMs, dayOf, readCosts, takeCostFile } from '../../services/reconciliation/read-costs.ts';
import { readReconciliation } from '../../services/reconciliation/reconcile.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

const longestDays = 400;

/** What providers say that they charge, beside the books. */
export const reconciliationHandlers = ({
  accounts,
  database,
  snapshot,
  askCosts,
  configuration: { providers },
}: AdminDeps): Handlers<typeof reconciliationOperations> => ({
  'billingAccounts.list': async () => await listBillingAccounts({ accounts, providers }),
  'billingAccounts.create': async ({ body }, { caller }) =>
    await createBillingAccount({ accounts, providers }, caller.actor.label, body),
  'billingAccounts.update': async ({ params, body }, { caller }) =>
    await changeBillingAccount({ accounts, providers }, caller.actor.label, params.id, body),
  'billingAccounts.delete': async ({ params }, { caller }) => {
    await removeBillingAccount({ accounts, providers }, caller.actor.label, params.id);
  },
  'billingAccounts.refresh': async ({ params }) => {
    const account = await mustFindBillingAccount(database.db, params.id);
    if (account.provider === '')
      throw new Refusal('invalid_request', 'This account has no provider that could be asked.');
    await readCosts({ ...accounts, providers, fetch: askCosts }, account);
    return present(await mustFindBillingAccount(database.db, params.id));
  },
  'billingAccounts.upload': async ({ params, body }) => {
    const account = await mustFindBillingAccount(database.db, params.id);
    return await takeCostFile(accounts, account.id, body.csv);
  },
  'billingAccounts.reconcile': async ({ params, query }) => {
    const to = query.to === undefined ? dayOf(accounts.now()) : dayOf(query.to) + dayMs;
    const from = query.from === undefined ? to - 30 * dayMs : dayOf(query.from);
    if (from >= to || to - from > longestDays * dayMs)
      throw new Refusal('invalid_request', `must be before \`to\`, and not more than ${longestDays} days`, {
        param: 'from',
      });
    const account = await mustFindBillingAccount(database.db, params.id);
    return await readReconciliation({ database, channels: snapshot().channels }, account, { from, to });
  },
});
