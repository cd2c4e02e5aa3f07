import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { columnTypes } from '../column-types.ts';
import { retrying } from '../database.ts';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import { ledgerMigration } from './0001-ledger.ts';
import { configurationMigration } from './0002-configuration.ts';
import { accountsMigration } from './0003-accounts.ts';
import { conversationsMigration } from './0004-conversations.ts';
import { strictKeysMigration } from './0005-strict-keys.ts';
import { backgroundMigration } from './0006-background.ts';
import { debitsMigration } from './0007-debits.ts';
import { jobsMigration } from './0008-jobs.ts';
import { modelOperationsMigration } from './0009-model-operations.ts';
import { channelLabelsMigration } from './0010-channel-labels.ts';
import { usageRollupsMigration } from './0011-usage-rollups.ts';
import { savedViewsMigration } from './0012-saved-views.ts';
import { keyExpiryMigration } from './0013-key-expiry.ts';
import { ignoredModelsMigration } from './0014-ignored-models.ts';
import { tokenSessionsMigration } from './0015-token-sessions.ts';
import { channelBehaviourMigration } from './0016-channel-behaviour.ts';
import { keyFallbacksMigration } from './0017-key-fallbacks.ts';
import { exportsMigration } from './0020-exports.ts';
import { grantedGroupsMigration } from './0021-granted-groups.ts';
import { redemptionCodesMigration } from './0023-redemption-codes.ts';
import { tokenParentsMigration } from './0024-token-parents.ts';
import { mediaTasksMigration } from './0025-media-tasks.ts';
import { ordersMigration } from './0026-orders.ts';
import { planOrdersMigration } from './0049-plan-orders.ts';
import { keyRotationMigration } from './0028-key-rotation.ts';
import { passFieldsMigration } from './0027-pass-fields.ts';
import { keyPassFieldsMigration } from './0029-key-pass-fields.ts';
import { storedObjectsMigration } from './0033-stored-objects.ts';
import { subscriptionsMigration } from './0037-subscriptions.ts';
import { signInMigration } from './0034-sign-in.ts';
import { systemMigration } from './0031-system.ts';
import { secondFactorsMigration } from './0035-second-factors.ts';
import { passkeysMigration } from './0036-passkeys.ts';
import { keptResultsMigration } from './0054-kept-results.ts';
import { taskHistoryMigration } from './0055-task-history.ts';
import { budgetsMigration } from './0038-budgets.ts';
import { siteImagesMigration } from './0058-site-images.ts';
import { rewardsMigration } from './0051-rewards.ts';
import { teamsMigration } from './0046-teams.ts';
import { tokenScopesMigration } from './0045-token-scopes.ts';
import { topUpsMigration } from './0052-top-ups.ts';
import { noticesMigration } from './0044-notices.ts';
import { groupResultsMigration } from './0060-group-results.ts';
import { invoicesMigration } from './0073-invoices.ts';
import { channelCostsMigration } from './0074-channel-costs.ts';
import { creditLinesMigration } from './0075-credit-lines.ts';
import { savedCardsMigration } from './0076-saved-cards.ts';
import { paidByCardMigration } from './0077-paid-by-card.ts';
import { promotionsMigration } from './0078-promotions.ts';
import { taskSubmitterMigration } from './0079-task-submitter.ts';
import { groupEndpointsMigration } from './0063-group-endpoints.ts';
import { auditChainMigration } from './0069-audit-chain.ts';
import { rolesMigration } from './0068-roles.ts';
import { signUpMigration } from './0043-sign-up.ts';
import { modelBundlesMigration } from './0086-model-bundles.ts';
import { providerKeysMigration } from './0092-provider-keys.ts';
import { keyEndpointsMigration } from './0093-key-endpoints.ts';
import { accountDeletionsMigration } from './0095-account-deletions.ts';
import { mailedTeamInvitationsMigration } from './0096-mailed-team-invitations.ts';
import { auditSealsMigration } from './0097-audit-seals.ts';
import { teamSignInMigration } from './0098-team-sign-in.ts';
import { priceExpressionsMigration } from './0091-price-expressions.ts';
import { reconciliationMigration } from './0080-reconciliation.ts';
import { directoriesMigration } from './0099-directories.ts';
import { stoppedByMigration } from './0106-stopped-by.ts';
import { tasksByTimeMigration } from './0113-tasks-by-time.ts';
import { modelWatchesMigration } from './0116-model-watches.ts';
import { sharedViewsMigration } from './0117-shared-views.ts';
import { objectExpiryMigration } from './0102-object-expiry.ts';
import { seatsMigration } from './0109-seats.ts';
import { cheaperModelsMigration } from './0110-cheaper-models.ts';
import { missingDomainsMigration } from './0107-missing-domains.ts';
import type { Migration } from './migration.ts';

/** Every step, in order. A step that has been released is never edited, only followed. */
export const migrations: readonly Migration[] = [
  ledgerMigration,
  configurationMigration,
  accountsMigration,
  conversationsMigration,
  strictKeysMigration,
  backgroundMigration,
  debitsMigration,
  jobsMigration,
  modelOperationsMigration,
  channelLabelsMigration,
  usageRollupsMigration,
  savedViewsMigration,
  keyExpiryMigration,
  ignoredModelsMigration,
  tokenSessionsMigration,
  channelBehaviourMigration,
  keyFallbacksMigration,
  exportsMigration,
  grantedGroupsMigration,
  redemptionCodesMigration,
  tokenParentsMigration,
  mediaTasksMigration,
  ordersMigration,
  planOrdersMigration,
  keyRotationMigration,
  passFieldsMigration,
  keyPassFieldsMigration,
  subscriptionsMigration,
  budgetsMigration,
  signInMigration,
  systemMigration,
  secondFactorsMigration,
  passkeysMigration,
  storedObjectsMigration,
  siteImagesMigration,
  rewardsMigration,
  topUpsMigration,
  keptResultsMigration,
  taskHistoryMigration,
  tokenScopesMigration,
  signUpMigration,
  teamsMigration,
  noticesMigration,
  groupResultsMigration,
  invoicesMigration,
  channelCostsMigration,
  creditLinesMigration,
  savedCardsMigration,
  paidByCardMigration,
  promotionsMigration,
  taskSubmitterMigration,
  groupEndpointsMigration,
  rolesMigration,
  auditChainMigration,
  modelBundlesMigration,
  keyEndpointsMigration,
  accountDeletionsMigration,
  mailedTeamInvitationsMigration,
  auditSealsMigration,
  teamSignInMigration,
  priceExpressionsMigration,
  reconciliationMigration,
  directoriesMigration,
  stoppedByMigration,
  tasksByTimeMigration,
  modelWatchesMigration,
  sharedViewsMigration,
  objectExpiryMigration,
  seatsMigration,
  cheaperModelsMigration,
  providerKeysMigration,
  missingDomainsMigration,
];

/** Any number, the same in every process: the name of the lock. */
const postgresLock = 7_655_443;

/**
 * Brings the schema up to date; returns the names of the steps that ran now. Safe when several processes start at
 * once: the first takes a lock, the others wait and then find nothing to do.
 */
export async function migrate(
  database: Database,
  steps: readonly Migration[] = migrations,
): Promise<readonly string[]> {
  switch (database.kind) {
    case 'sqlite':
      return await database.transact((transaction) => runMissing(transaction, database, steps));
    case 'postgres':
      return await database.transact(async (transaction) => {
        await sql`select pg_advisory_xact_lock(${postgresLock}::bigint)`.execute(transaction);
        return await runMissing(transaction, database, steps);
      });
    case 'mysql':
      return await database.db.connection().execute(async (connection) => {
        // Names of locks are shared by all databases of a server, so the database's own name is part of it.
        const lock = sql`concat('tollgate-migrate-', left(sha1(database()), 20))`;
        const taken = await sql<{ ok: number | null }>`select get_lock(${lock}, 120) as ok`.execute(connection);
        if (taken.rows[0]?.ok !== 1)
          throw new Error('another process has been migrating this database for two minutes');
        try {
          return await retrying(() => runMissing(connection, database, steps));
        } finally {
          await sql`select release_lock(${lock})`.execute(connection);
        }
      });
  }
}

async function runMissing(
  db: Kysely<Tables>,
  database: Database,
  steps: readonly Migration[],
): Promise<readonly string[]> {
  const types = columnTypes(database.kind);
  await db.schema
    .createTable('tollgate_migrations')
    .ifNotExists()
    .addColumn('name', types.text(100), (column) => column.primaryKey())
    .addColumn('applied_at', types.moment, (column) => column.notNull())
    .execute();
  const rows = await db.selectFrom('tollgate_migrations').select('name').execute();
  const done = new Set(rows.map((row) => row.name));
  const ran: string[] = [];
  for (const step of steps) {
    if (done.has(step.name)) continue;
    await step.up({ db, kind: database.kind, types });
    await db.insertInto('tollgate_migrations').values({ name: step.name, applied_at: Date.now() }).execute();
    ran.push(step.name);
  }
  return ran;
}
