import { addColumn, type Migration } from './migration.ts';

/** What providers charge: by channel, with each charge, and in the hourly sums. */
export const channelCostsMigration: Migration = {
  name: '0074-channel-costs',
  up: async (context) => {
    const { money, integer, longText } = context.types;
    await addColumn(context, 'channels', 'costs_json', longText, (column) => column);
    await addColumn(context, 'charges', 'cost_nanos', money, (column) => column.notNull().defaultTo(0));
    await addColumn(context, 'charges', 'costed', integer, (column) => column.notNull().defaultTo(0));
    await addColumn(context, 'usage_rollups', 'cost_nanos', money, (column) => column.notNull().defaultTo(0));
    await addColumn(context, 'usage_rollups', 'costed_nanos', money, (column) => column.notNull().defaultTo(0));
  },
};
