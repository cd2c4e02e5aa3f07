import type { Selectable } from 'kysely';
import { accountTables, type authTables } from './schema/accounts.ts';
import { budgetTables } from './schema/budgets.ts';
import { configurationTables } from './schema/configuration.ts';
import { consoleTables } from './schema/console.ts';
import { conversationTables } from './schema/conversations.ts';
import { invoiceTables } from './schema/invoices.ts';
import { jobTables } from './schema/jobs.ts';
import { ledgerTables } from './schema/ledger.ts';
import { paymentTables } from './schema/payments.ts';
import { providerKeyTables } from './schema/provider-keys.ts';
import { reconciliationTables } from './schema/reconciliation.ts';
import { rewardTables } from './schema/rewards.ts';
import { saleTables } from './schema/sales.ts';
import { storedObjectTables } from './schema/stored-objects.ts';
import { mediaTaskTables } from './schema/media-tasks.ts';
import { subscriptionTables } from './schema/subscriptions.ts';
import { noticeTables } from './schema/notices.ts';
import { signInTables } from './schema/sign-in.ts';
import { teamTables } from './schema/teams.ts';
import { tokenSessionTables } from './schema/token-sessions.ts';
import { topUpTables } from './schema/top-ups.ts';
import { column } from './table.ts';
import type { Row, Table } from './table.ts';

/** Which migrations have run. */
const migrationTables = { tollgate_migrations: { name: column.text(100), applied_at: column.moment } };

/** Every table of ours, with all of its columns. */
export const tables = {
  ...ledgerTables,
  ...configurationTables,
  ...accountTables,
  ...conversationTables,
  ...jobTables,
  ...consoleTables,
  ...tokenSessionTables,
  ...rewardTables,
  ...topUpTables,
  ...saleTables,
  ...signInTables,
  ...noticeTables,
  ...paymentTables,
  ...invoiceTables,
  ...reconciliationTables,
  ...subscriptionTables,
  ...budgetTables,
  ...teamTables,
  ...providerKeyTables,
  ...mediaTaskTables,
  ...storedObjectTables,
  ...migrationTables,
};

type RowsOf<T extends { readonly [name: string]: Table }> = { readonly [K in keyof T]: Row<T[K]> };

/**
 * Every table, as Kysely sees it. One mapping holds on all three databases (see integers.ts): a column whose name
 * ends in `_nanos` is a bigint in JavaScript, every other number is a number.
 */
export type Tables = RowsOf<typeof tables> & RowsOf<typeof authTables>;

/** A row as a query answers it. */
export type RowOf<T extends keyof Tables> = Selectable<Tables[T]>;
