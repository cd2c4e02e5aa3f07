import { addColumn } from './migration.ts';
import type { Migration } from './migration.ts';

/** By which token a token was made, if by one: it ends with that one. Of those from before nobody knows. */
export const tokenParentsMigration: Migration = {
  name: '0024-token-parents',
  up: (context) => addColumn(context, 'access_tokens', 'made_by', context.types.id, (column) => column),
};
