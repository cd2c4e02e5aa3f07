import { addColumn, type Migration } from './migration.ts';

/** From which share of a budget on a cheaper model answers what it counts. */
export const cheaperModelsMigration: Migration = {
  name: '0110-cheaper-models',
  up: async (context) => {
    const { types } = context;
    await addColumn(context, 'budgets', 'cheaper_model', types.text(200), (column) => column);
    await addColumn(context, 'budgets', 'cheaper_percent', types.integer, (column) => column);
  },
};
