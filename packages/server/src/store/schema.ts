import type { AccountTables } from './schema/accounts.ts';
import type { ConfigurationTables } from './schema/configuration.ts';
import type { ConversationTables } from './schema/conversations.ts';
import type { LedgerTables } from './schema/ledger.ts';

/** Which migrations have run. */
export type MigrationTables = {
  tollgate_migrations: { name: string; applied_at: number };
};

/**
 * Every table, as Kysely sees it. One mapping holds on all three databases (see integers.ts): a column whose name
 * ends in `_nanos` is a bigint in JavaScript, every other number is a number.
 */
export type Tables = LedgerTables & ConfigurationTables & AccountTables & ConversationTables & MigrationTables;
