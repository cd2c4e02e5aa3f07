import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** What access tokens are limited to. */
export const tokenScopesMigration: Migration = {
  name: '0045-token-scopes',
  up: (context) => addColumn(context, 'access_tokens', 'scopes', context.types.longText, (column) => column),
};
