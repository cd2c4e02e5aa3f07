import type { BillingDetails } from '@tollgate/contract/api/invoices';
import type { Db } from '../database.ts';

/** Whom the invoices of accounts are made out to. */
export const billingDetailsRepository = {
  async find(db: Db, userId: string): Promise<BillingDetails | undefined> {
    const row = await db.selectFrom('billing_details').selectAll().where('user_id', '=', userId).executeTakeFirst();
    return row && { name: row.name, address: row.address, country: row.country, taxId: row.tax_id, email: row.email };
  },

  async save(db: Db, userId: string, details: BillingDetails, at: number): Promise<void> {
    await db.deleteFrom('billing_details').where('user_id', '=', userId).execute();
    const { taxId, ...rest } = details;
    await db
      .insertInto('billing_details')
      .values({ user_id: userId, ...rest, tax_id: taxId, updated_at: at })
      .execute();
  },
};
