import { addColumn, type Migration } from './migration.ts';

/** Subscriptions whose next terms a saved card pays, the orders that do it, and tax as a provider worked it out. */
export const paidByCardMigration: Migration = {
  name: '0077-paid-by-card',
  up: async (context) => {
    const { types } = context;
    await addColumn(context, 'subscriptions', 'method_id', types.id, (column) => column);
    await addColumn(context, 'subscriptions', 'card_reference', types.text(120), (column) => column);
    await addColumn(context, 'subscriptions', 'card_label', types.text(60), (column) => column);
    await addColumn(context, 'orders', 'subscription_id', types.id, (column) => column);
    await addColumn(context, 'orders', 'tax_minor', types.bigint, (column) => column);
  },
};
