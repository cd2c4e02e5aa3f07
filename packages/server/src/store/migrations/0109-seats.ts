import { addColumn, type Migration } from './migration.ts';

/** Seats of subscriptions that teams have, and how many the next term is to have. */
export const seatsMigration: Migration = {
  name: '0109-seats',
  up: async (context) => {
    const { types } = context;
    await addColumn(context, 'subscriptions', 'seats', types.integer, (column) => column);
    await addColumn(context, 'subscriptions', 'next_seats', types.integer, (column) => column);
  },
};
