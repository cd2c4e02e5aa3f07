import type { saleOperations } from '@tollgate/contract/operations/sales';
import { Refusal } from '../../domain/refusal.ts';
import { confirmSaleTerms, readSaleTerms } from '../../services/sales/sale-terms.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** The switch before which nothing sells. */
export const saleHandlers = ({ accounts }: AdminDeps): Handlers<typeof saleOperations> => ({
  'saleTerms.read': async () => await readSaleTerms(accounts.database),
  'saleTerms.confirm': async ({ body }, { caller, client }) => {
    if (caller.via !== 'session')
      throw new Refusal('forbidden', 'Only a person who is signed in confirms terms; an access token does not.');
    await confirmSaleTerms(accounts, {
      ...body,
      userId: caller.user.id,
      actor: caller.actor.label,
      address: client.address,
    });
    return await readSaleTerms(accounts.database);
  },
});
