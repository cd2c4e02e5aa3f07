import { addColumn, type Migration } from './migration.ts';

/** Since when the DNS of a verified domain says no more that it is its team's. */
export const missingDomainsMigration: Migration = {
  name: '0107-missing-domains',
  up: async (context) => {
    await addColumn(context, 'team_domains', 'missing_since', context.types.moment, (column) => column);
  },
};
