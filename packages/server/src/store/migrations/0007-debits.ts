import { sql } from 'kysely';
import type { ColumnDefinitionBuilder } from 'kysely';
import { addColumn, createIndex } from './migration.ts';
import type { Migration, MigrationContext } from './migration.ts';

/**
 * Who pays is written down: meters have a kind and a policy, charges their debits, and money can be set aside for what
 * outlives its process. Every new column has a default, because processes of the version before go on writing rows
 * while others are upgraded.
 */
export const debitsMigration: Migration = {
  name: '0007-debits',
  up: async (context) => {
    await describeMeters(context);
    await describeCharges(context);
    await createReservations(context);
  },
};

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const none = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column;

async function describeMeters(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  // What the version before makes in passing are the meters of keys; it makes wallets together with their users.
  await addColumn(context, 'meters', 'kind', types.text(10), (column) => column.notNull().defaultTo('limit'));
  await addColumn(context, 'meters', 'period', types.text(10), (column) => column.notNull().defaultTo('ever'));
  await addColumn(context, 'meters', 'policy_id', types.id, none);
  await addColumn(context, 'meters', 'starts_at', types.moment, none);
  await addColumn(context, 'meters', 'ends_at', types.moment, none);
  await addColumn(context, 'meters', 'reserved_nanos', types.money, (column) => column.notNull().defaultTo(0));
  await sql`update meters set kind = 'account' where id like 'wallet:%'`.execute(db);
  await db.schema
    .createTable('meter_policies')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('subject', types.id, required)
    .addColumn('kind', types.text(10), required)
    .addColumn('period', types.text(10), required)
    .addColumn('limit_nanos', types.money)
    .addColumn('updated_at', types.moment, required)
    .execute();
  await createIndex(context, {
    name: 'meter_policies_subject',
    table: 'meter_policies',
    columns: ['subject', 'kind', 'period'],
    unique: true,
  });
  // The meters of a policy whose limit changes.
  await createIndex(context, { name: 'meters_by_policy', table: 'meters', columns: ['policy_id', 'ends_at'] });
}

async function describeCharges(context: MigrationContext): Promise<void> {
  const { types } = context;
  // Charges from before have none; who paid them is known (store/ledger/debits-sql.ts), and rewriting millions takes long.
  await addColumn(context, 'charges', 'debits', types.longText, none);
  await addColumn(context, 'charges', 'logged', types.integer, (column) => column.notNull().defaultTo(1));
}

async function createReservations(context: MigrationContext): Promise<void> {
  const { db, types } = context;
  await db.schema
    .createTable('reservations')
    .ifNotExists()
    .addColumn('id', types.id, (column) => column.primaryKey())
    .addColumn('debits', types.longText, required)
    .addColumn('state', types.text(10), required)
    .addColumn('expires_at', types.moment, required)
    .addColumn('created_at', types.moment, required)
    .execute();
  await createIndex(context, {
    name: 'reservations_state',
    table: 'reservations',
    columns: ['state', 'expires_at'],
  });
}
