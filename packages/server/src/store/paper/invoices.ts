import type { Transaction } from 'kysely';
import type { InvoiceContent } from '@tollgate/contract/api/invoices';
import type { Db, DatabaseKind } from '../database.ts';
import { onConflictAdd } from '../ledger/portable.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';
import type { RowOf, Tables } from '../tables.ts';
import { sql } from 'kysely';

/** An invoice or credit note. Amounts are minor units of the currency; a credit note's are positive. */
export type Invoice = {
  readonly id: string;
  readonly kind: 'invoice' | 'credit_note';
  readonly number: string;
  readonly series: string;
  readonly sequence: number;
  readonly orderId: string;
  readonly userId: string;
  readonly correctsId: string | null;
  readonly currency: string;
  readonly total: bigint;
  readonly tax: bigint;
  readonly content: InvoiceContent;
  readonly createdAt: number;
};

const read = (row: RowOf<'invoices'>): Invoice => ({
  id: row.id,
  kind: row.kind,
  number: row.number,
  series: row.series,
  sequence: row.sequence,
  orderId: row.order_id,
  userId: row.user_id,
  correctsId: row.corrects_id,
  currency: row.currency,
  total: BigInt(row.total_minor),
  tax: BigInt(row.tax_minor),
  content: JSON.parse(row.content) as InvoiceContent,
  createdAt: row.created_at,
});

/** Which invoices: of one user, and from a moment (ms) to another. */
export type InvoiceAsk = {
  readonly userId: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

/** Invoices, which are only ever added to. */
export const invoiceRepository = {
  /** The next number of a series. Nobody else gets one of it until the transaction ends, so that none is left out. */
  async nextNumber(db: Transaction<Tables>, kind: DatabaseKind, series: string): Promise<number> {
    await sql`insert into invoice_series (series, last_number) values (${series}, 1)
      ${onConflictAdd(kind, 'invoice_series', ['series'], ['last_number'])}`.execute(db);
    const row = await db
      .selectFrom('invoice_series')
      .select('last_number')
      .where('series', '=', series)
      .executeTakeFirstOrThrow();
    return row.last_number;
  },

  async insert(db: Db, one: Invoice): Promise<void> {
    await db
      .insertInto('invoices')
      .values({
        id: one.id,
        kind: one.kind,
        number: one.number,
        series: one.series,
        sequence: one.sequence,
        order_id: one.orderId,
        user_id: one.userId,
        corrects_id: one.correctsId,
        currency: one.currency,
        total_minor: Number(one.total),
        tax_minor: Number(one.tax),
        content: JSON.stringify(one.content),
        created_at: one.createdAt,
      })
      .execute();
  },

  async find(db: Db, id: string): Promise<Invoice | undefined> {
    const row = await db.selectFrom('invoices').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  /** The invoice of an order and its credit notes, in their order. */
  async ofOrder(db: Db, orderId: string): Promise<readonly Invoice[]> {
    const rows = await db.selectFrom('invoices').selectAll().where('order_id', '=', orderId).orderBy('id').execute();
    return rows.map(read);
  },

  /** Newest first. */
  async page(db: Db, ask: PageAsk & InvoiceAsk): Promise<Page<Invoice>> {
    let query = db.selectFrom('invoices').selectAll();
    if (ask.userId !== undefined) query = query.where('user_id', '=', ask.userId);
    if (ask.from !== undefined) query = query.where('created_at', '>=', ask.from);
    if (ask.to !== undefined) query = query.where('created_at', '<', ask.to);
    return cutPage((await newestFirst(query, 'invoices', ask).execute()).map(read), ask.limit);
  },
};
