import { addColumn, createIndex, type Migration } from './migration.ts';

/** Credit that is given: that expires, for coming by, for inviting; and where days begin for an account. */
export const rewardsMigration: Migration = {
  name: '0051-rewards',
  up: async (context) => {
    const { db, types } = context;
    await addColumn(context, 'users', 'time_zone', types.text(60), (column) => column);
    await db.schema
      .createTable('given_credits')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('meter_id', types.id, (column) => column.notNull())
      .addColumn('source_key', types.text(190), (column) => column.notNull())
      .addColumn('transaction_id', types.id, (column) => column.notNull())
      .addColumn('granted_nanos', types.money, (column) => column.notNull())
      .addColumn('note', types.text(500), (column) => column.notNull())
      .addColumn('expires_at', types.moment, (column) => column.notNull())
      .addColumn('state', types.text(10), (column) => column.notNull())
      .addColumn('sweeps', types.integer, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    const ofCredits = { table: 'given_credits' };
    await createIndex(context, {
      ...ofCredits,
      name: 'given_credits_by_source',
      columns: ['source_key'],
      unique: true,
    });
    await createIndex(context, { ...ofCredits, name: 'given_credits_by_user', columns: ['user_id', 'state'] });
    await createIndex(context, { ...ofCredits, name: 'given_credits_by_end', columns: ['state', 'expires_at'] });
    await createIndex(context, { ...ofCredits, name: 'given_credits_by_meter', columns: ['meter_id'], unique: true });
    await db.schema
      .createTable('check_ins')
      .ifNotExists()
      .addColumn('user_id', types.id, (column) => column.notNull())
      .addColumn('day', types.text(10), (column) => column.notNull())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('transaction_id', types.id, (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addPrimaryKeyConstraint('check_ins_key', ['user_id', 'day'])
      .execute();
    await db.schema
      .createTable('invitation_codes')
      .ifNotExists()
      .addColumn('user_id', types.id, (column) => column.primaryKey())
      .addColumn('code', types.text(20), (column) => column.notNull())
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .execute();
    const codes = { name: 'invitation_codes_by_code', table: 'invitation_codes', columns: ['code'], unique: true };
    await createIndex(context, codes);
    await db.schema
      .createTable('invitations')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('inviter_id', types.id, (column) => column.notNull())
      .addColumn('state', types.text(10), (column) => column.notNull())
      .addColumn('needs_payment', types.integer, (column) => column.notNull())
      .addColumn('inviter_nanos', types.money, (column) => column.notNull())
      .addColumn('invitee_nanos', types.money, (column) => column.notNull())
      .addColumn('inviter_transaction', types.id)
      .addColumn('invitee_transaction', types.id)
      .addColumn('created_at', types.moment, (column) => column.notNull())
      .addColumn('rewarded_at', types.moment)
      .execute();
    const invitations = { table: 'invitations' };
    const byInviter = { ...invitations, name: 'invitations_by_inviter', columns: ['inviter_id', 'created_at', 'id'] };
    await createIndex(context, byInviter);
    await createIndex(context, { ...invitations, name: 'invitations_by_state', columns: ['state', 'id'] });
  },
};
