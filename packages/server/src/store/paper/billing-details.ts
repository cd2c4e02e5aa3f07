import type { BillingDetails } from '@tollgate/contract/api/invoices';
import type { DatabaseKind, Db } from '../database.ts';

/** Whom the invoices of accounts are made out to. */
export const billingDetailsRepository = {
  async find(db: Db, userId: string): Promise<BillingDetails | undefined> {
    const row = await db.selectFrom('billing_details').selectAll().where('user_id', '=', userId).executeTakeFirst();
    return row && { name: row.name, address: row.address, country: row.country, taxId: row.tax_id, email: row.email };
  },

  /** One statement: of two that save at once, the later one stays. */
  async save(db: Db, kind: DatabaseKind, userId: string, details: BillingDetails, at: number): Promise<void> {
    const { taxId, ...rest } = details;
    const row = { ...rest, tax_id: taxId, updated_at: at };
    const insert = db.insertInto('billing_details').values({ user_id: userId, ...row });
    await (
      kind === 'mysql'
        ? insert.onDuplicateKeyUpdate(row)
        : insert.onConflict((conflict) => conflict.column('user_id').doUpdateSet(row))
    ).execute();
  },
};
