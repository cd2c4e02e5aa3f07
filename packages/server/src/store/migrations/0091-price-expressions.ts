import { addColumn, type Migration } from './migration.ts';

/** Prices that are worked out by an expression. */
export const priceExpressionsMigration: Migration = {
  name: '0091-price-expressions',
  up: async (context) => {
    await addColumn(context, 'prices', 'expression_json', context.types.longText, (column) => column);
  },
};
