import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  UnknownRow,
} from 'kysely';

/**
 * The one rule by which numbers leave the databases, the same on all three: a column (or alias) whose name ends in
 * `_nanos` is a bigint, whatever the driver made of it, sums included; every other integer or decimal is a number.
 * So money is exact and nothing else has to be a bigint. An alias of a sum of money must therefore end in `_nanos`.
 */
export const isMoneyColumn = (name: string): boolean => name.endsWith('_nanos');

/** Applies the rule to one value of a driver. Texts of digits in a money column become bigints too. */
export function readInteger(column: string, value: unknown): unknown {
  if (isMoneyColumn(column)) {
    if (typeof value === 'bigint' || value === null || value === undefined) return value;
    if (typeof value === 'number' || typeof value === 'string') return BigInt(value);
    return value;
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Applies the rule to a row in place; the row is the driver's own and nobody else holds it yet. */
export function readIntegers(row: Record<string, unknown>): Record<string, unknown> {
  for (const column in row) {
    const value = row[column];
    if (typeof value === 'bigint' || isMoneyColumn(column)) row[column] = readInteger(column, value);
  }
  return row;
}

/** A whole number as text (int8, numeric, DECIMAL) to a bigint; a fraction to a number. Used by the drivers. */
export function parseExact(text: string): bigint | number {
  return text.includes('.')
    ? /^-?\d+\.0*$/.test(text)
      ? BigInt(text.slice(0, text.indexOf('.')))
      : Number(text)
    : BigInt(text);
}

/** Kysely plugin that applies {@link readIntegers} to every row of every query. */
export const exactIntegers: KyselyPlugin = {
  transformQuery: (args: PluginTransformQueryArgs) => args.node,
  transformResult: (args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> => {
    for (const row of args.result.rows) readIntegers(row);
    return Promise.resolve(args.result);
  },
};
