import { addColumn, createIndex, type Migration } from './migration.ts';

/** Until when a vendor keeps what it keeps for a while. */
export const objectExpiryMigration: Migration = {
  name: '0102-object-expiry',
  up: async (context) => {
    const table = 'stored_objects';
    await addColumn(context, table, 'expires_at', context.types.moment, (column) => column.notNull().defaultTo(0));
    await createIndex(context, { name: 'stored_objects_by_expiry', table, columns: ['expires_at'] });
  },
};
