import type { Condition } from '@tollgate/contract/price-condition';
import type { Bucket } from '@tollgate/wire/ir/usage';
import type { Json } from '@tollgate/wire/protocol';
import type { StoredModel, StoredPrice } from '../../domain/configuration.ts';
import type { Rates } from '../../domain/price.ts';
import { conditionsOfTiers } from '../../domain/price-sheet.ts';
import type { RowOf } from '../tables.ts';
import { modelColumns } from '../schema/configuration.ts';
import { knownOperations } from '../../domain/model-operations.ts';
import { allOf, inChunks, inPages } from '../pages.ts';
import { asFields, asList, readJson, textFields } from './json-column.ts';
import type { Db } from '../database.ts';

type ModelRow = RowOf<'models'>;
type PriceRow = RowOf<'prices'>;

/** Rows of one insert: under SQLite's and PostgreSQL's limits of parameters. */
const rowsPerInsert = 200;

/** Models and the versions of their prices. A price is only ever inserted. */
export const modelRepository = {
  /** Every model with its price in force, by name. */
  async all(db: Db): Promise<readonly StoredModel[]> {
    return await allOf(modelRepository.pages(db));
  },

  /** The same, some at a time. */
  pages: (db: Db): AsyncIterable<readonly StoredModel[]> =>
    inPages(async (after, limit) => {
      const rows = db.selectFrom('models').selectAll().orderBy('name').limit(limit);
      const page = after === undefined ? rows : rows.where('name', '>', after.name);
      return await withPrices(db, await page.execute());
    }),

  /** Those of the named that there are, some at a time. */
  some: (db: Db, names: Iterable<string>): AsyncIterable<readonly StoredModel[]> =>
    inChunks(names, async (chunk) => {
      const rows = await db.selectFrom('models').selectAll().where('name', 'in', chunk).execute();
      return await withPrices(db, rows);
    }),

  async find(db: Db, name: string): Promise<StoredModel | undefined> {
    const row = await db.selectFrom('models').selectAll().where('name', '=', name).executeTakeFirst();
    if (row === undefined) return undefined;
    const price =
      row.price_version === null
        ? undefined
        : await db.selectFrom('prices').selectAll().where('version', '=', row.price_version).executeTakeFirst();
    return readModel(row, price);
  },

  /** Every version a model's price ever had, newest first; also of models that are gone. */
  async priceHistory(db: Db, model: string): Promise<readonly StoredPrice[]> {
    const rows = await db
      .selectFrom('prices')
      .selectAll()
      .where('model', '=', model)
      .orderBy('created_at', 'desc')
      .orderBy('version', 'desc')
      .execute();
    return rows.map(readPrice);
  },

  /** The models that ever had a price from one of `sources`, gone ones included. */
  async namesPricedBy(db: Db, sources: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await db.selectFrom('prices').select('model').distinct().where('source', 'in', sources).execute();
    return new Set(rows.map((row) => row.model));
  },

  /** Inserts models whose prices, if any, are inserted separately. */
  async insert(db: Db, models: readonly StoredModel[]): Promise<void> {
    for (let start = 0; start < models.length; start += rowsPerInsert) {
      const rows = models
        .slice(start, start + rowsPerInsert)
        .map((model) => ({ name: model.name, created_at: model.createdAt, ...columns(model) }));
      await db.insertInto('models').values(rows).execute();
    }
  },

  /** Replaces everything but name and creation. */
  async update(db: Db, model: StoredModel): Promise<void> {
    await db.updateTable('models').set(columns(model)).where('name', '=', model.name).execute();
  },

  /** Removes the model; its prices stay, because charges refer to them. */
  async remove(db: Db, name: string): Promise<void> {
    await db.deleteFrom('models').where('name', '=', name).execute();
  },

  async insertPrices(db: Db, prices: readonly StoredPrice[]): Promise<void> {
    for (let start = 0; start < prices.length; start += rowsPerInsert) {
      const rows = prices.slice(start, start + rowsPerInsert).map((price) => ({
        version: price.version,
        model: price.model,
        rates_json: JSON.stringify(writeRates(price.rates)),
        tiers_json: writeConditional(price.conditional),
        per_call_nanos: price.perCall ?? null,
        expression_json: writeExpression(price),
        source: price.source,
        as_of: price.asOf,
        created_at: price.createdAt,
      }));
      await db.insertInto('prices').values(rows).execute();
    }
  },
};

async function withPrices(db: Db, rows: readonly ModelRow[]): Promise<readonly StoredModel[]> {
  const versions = rows.flatMap((row) => row.price_version ?? []);
  const prices =
    versions.length === 0 ? [] : await db.selectFrom('prices').selectAll().where('version', 'in', versions).execute();
  const byVersion = new Map(prices.map((row) => [row.version, row]));
  return rows.map((row) => readModel(row, row.price_version === null ? undefined : byVersion.get(row.price_version)));
}

function columns(model: StoredModel) {
  return {
    price_version: model.price?.version ?? null,
    operations_json: model.operations ? JSON.stringify(model.operations) : null,
    ...modelColumns.write(model),
    owner: model.owner ?? null,
    updated_at: model.updatedAt,
  };
}

function readModel(row: ModelRow, price: PriceRow | undefined): StoredModel {
  return {
    name: row.name,
    price: price === undefined ? undefined : readPrice(price),
    operations: row.operations_json === null ? undefined : knownOperations(asList(readJson(row.operations_json))),
    ...modelColumns.read(row),
    owner: row.owner ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function readPrice(row: PriceRow): StoredPrice {
  return {
    version: row.version,
    model: row.model,
    rates: readRates(readJson(row.rates_json)),
    conditional: readConditional(readJson(row.tiers_json)),
    perCall: row.per_call_nanos ?? undefined,
    ...readExpression(row.expression_json),
    source: row.source,
    asOf: row.as_of,
    createdAt: row.created_at,
  };
}

type Expressed = Pick<StoredPrice, 'expression' | 'program'>;

const writeExpression = ({ expression, program }: Expressed): string | null =>
  expression === undefined ? null : JSON.stringify({ expression, program });

/** Only `writeExpression` wrote it, from the same type. */
const readExpression = (text: string | null): Expressed => (text === null ? {} : (JSON.parse(text) as Expressed));

function writeConditional(conditional: StoredPrice['conditional']): string {
  return JSON.stringify(
    conditional.map(({ when, rates, perCall }) => ({ when, rates: writeRates(rates), perCall: perCall?.toString() })),
  );
}

/** Prices from before there were other conditions have tiers of input length here: [{ above, rates }, …]. */
function readConditional(value: Json): StoredPrice['conditional'] {
  const entries = asList(value).map(asFields);
  if (entries.some((entry) => entry['above'] !== undefined))
    return conditionsOfTiers(
      entries.map((entry) => ({ above: Number(entry['above']), rates: readRates(entry['rates']) })),
    );
  return entries.map(({ when = {}, rates, perCall }) => ({
    // Only `writeConditional` wrote it, from the same type.
    when: when as Condition,
    rates: readRates(rates),
    perCall: typeof perCall === 'string' ? BigInt(perCall) : undefined,
  }));
}

/** JSON has no bigint: rates are kept as texts of digits. */
function writeRates(rates: Rates): Record<string, string> {
  return Object.fromEntries(Object.entries(rates).map(([bucket, rate]) => [bucket, rate.toString()]));
}

function readRates(value: Json | undefined): Rates {
  const rates: Partial<Record<Bucket, bigint>> = {};
  // Only `writeRates` wrote these names, from the same type.
  for (const [bucket, text] of Object.entries(textFields(value))) rates[bucket as Bucket] = BigInt(text);
  return rates;
}
