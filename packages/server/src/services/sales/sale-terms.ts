import { saleTermsVersion, type SaleTermsView } from '@tollgate/contract/api/sales';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { Database, Db } from '../../store/database.ts';
import { saleTermsRepository } from '../../store/sales/terms.ts';
import { namesOfUsers } from '../../store/names.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';

/** Whether the terms as they are now are confirmed: before that nothing is sold, given out or redeemed. */
export async function salesOpen(db: Db): Promise<boolean> {
  const [last] = await saleTermsRepository.latest(db, 1);
  return last !== undefined && last.confirmed && last.version === saleTermsVersion;
}

/** Refuses with `sales_closed` while the terms are not confirmed. */
export async function assertSalesOpen(db: Db): Promise<void> {
  if (!(await salesOpen(db)))
    throw new Refusal('sales_closed', 'Nothing is sold here until root has confirmed the terms of selling.');
}

/** Who confirmed the terms, and whether that is in force. */
export async function readSaleTerms({ db }: Pick<Database, 'db'>): Promise<SaleTermsView> {
  const entries = await saleTermsRepository.latest(db, 20);
  const users = await namesOfUsers(db, new Set(entries.map(({ userId }) => userId)));
  const names = new Map(users.map(({ id, name }) => [id, name]));
  return {
    version: saleTermsVersion,
    open: await salesOpen(db),
    history: entries.map(({ version, confirmed, userId, address, createdAt }) => ({
      version,
      confirmed,
      by: userId,
      byName: names.get(userId) ?? null,
      address,
      at: createdAt,
    })),
  };
}

/** Records that a person confirmed the terms they read, or withdrew. The same again changes nothing. */
export async function confirmSaleTerms(
  deps: Pick<AccountDeps, 'database' | 'now' | 'newId'>,
  said: {
    readonly version: string;
    readonly confirmed: boolean;
    readonly userId: string;
    readonly address: string;
    /** As in the audit log. */
    readonly actor: string;
  },
): Promise<void> {
  const { version, confirmed } = said;
  if (version !== saleTermsVersion)
    throw new Refusal('conflict', `The terms have changed: read version ${saleTermsVersion}.`, { param: 'version' });
  await deps.database.transact(async (db) => {
    if ((await salesOpen(db)) === confirmed) return;
    const at = deps.now();
    await saleTermsRepository.insert(db, {
      id: `st_${deps.newId()}`,
      version,
      confirmed,
      userId: said.userId,
      address: said.address.slice(0, 60),
      createdAt: at,
    });
    await auditRepository.append(db, {
      at,
      actor: said.actor,
      action: confirmed ? 'sale-terms.confirm' : 'sale-terms.withdraw',
      subject: `sale-terms:${version}`,
      before: null,
      after: { address: said.address },
    });
  });
}
