import type { Discount, Tariff } from '../../domain/payment.ts';
import type { Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

/** A way to pay, as the operator set it up. */
export type StoredMethod = Tariff & {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly enabled: boolean;
  readonly position: number;
  /** Where it is offered (ISO 3166); none is everywhere. */
  readonly countries: readonly string[];
  /** JSON of the provider's own settings. */
  readonly settings: string;
  /** JSON of its secrets, sealed. */
  readonly sealed: string;
  /** The config file that owns it. */
  readonly owner: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
};

type StoredDiscount = { readonly from: string; readonly group: string | null; readonly percent: number };

const readDiscounts = (json: string): readonly Discount[] =>
  (JSON.parse(json) as readonly StoredDiscount[]).map(({ from, group, percent }) => ({
    from: BigInt(from),
    group: group ?? undefined,
    percent,
  }));

const writeDiscounts = (discounts: readonly Discount[]): string =>
  JSON.stringify(
    discounts.map(({ from, group, percent }): StoredDiscount => ({
      from: from.toString(),
      group: group ?? null,
      percent,
    })),
  );

const read = (row: RowOf<'payment_methods'>): StoredMethod => ({
  id: row.id,
  name: row.name,
  provider: row.provider,
  enabled: row.enabled === 1,
  position: row.position,
  currency: row.currency,
  rate: BigInt(row.rate_millionths),
  minimum: row.minimum_nanos,
  maximum: row.maximum_nanos,
  discounts: readDiscounts(row.discounts),
  countries: row.countries.split(' ').filter((country) => country !== ''),
  settings: row.settings,
  sealed: row.sealed,
  owner: row.owner ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const values = (method: StoredMethod) => ({
  id: method.id,
  name: method.name,
  provider: method.provider,
  enabled: method.enabled ? 1 : 0,
  position: method.position,
  currency: method.currency,
  rate_millionths: Number(method.rate),
  minimum_nanos: method.minimum,
  maximum_nanos: method.maximum,
  discounts: writeDiscounts(method.discounts),
  countries: method.countries.join(' '),
  settings: method.settings,
  sealed: method.sealed,
  owner: method.owner ?? null,
  created_at: method.createdAt,
  updated_at: method.updatedAt,
});

/** Ways to pay, in the order they are shown. */
export const paymentMethodRepository = {
  async all(db: Db): Promise<readonly StoredMethod[]> {
    const rows = await db.selectFrom('payment_methods').selectAll().orderBy('position').orderBy('id').execute();
    return rows.map(read);
  },

  async find(db: Db, id: string): Promise<StoredMethod | undefined> {
    const row = await db.selectFrom('payment_methods').selectAll().where('id', '=', id).executeTakeFirst();
    return row && read(row);
  },

  async insert(db: Db, method: StoredMethod): Promise<void> {
    await db.insertInto('payment_methods').values(values(method)).execute();
  },

  async update(db: Db, method: StoredMethod): Promise<void> {
    const { id, ...rest } = values(method);
    await db.updateTable('payment_methods').set(rest).where('id', '=', id).execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('payment_methods').where('id', '=', id).execute();
  },
};
