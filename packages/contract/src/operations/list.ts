import { auditOperations } from './audit-log.ts';
import { cardOperations } from './cards.ts';
import { catalogOperations } from './catalog.ts';
import { budgetOperations } from './budgets.ts';
import { channelInquiryOperations } from './channel-inquiries.ts';
import { channelOperations } from './channels.ts';
import { credentialOperations } from './credentials.ts';
import type { Declaration } from './declare.ts';
import { exportOperations } from './exports.ts';
import { groupOperations } from './groups.ts';
import { invoiceOperations } from './invoices.ts';
import { jobOperations } from './jobs.ts';
import { keyOperations } from './keys.ts';
import { mailOperations } from './mail.ts';
import { marginOperations } from './margins.ts';
import { modelBundleOperations } from './model-bundles.ts';
import { modelOperations } from './models.ts';
import { noticeOperations } from './notices.ts';
import { overviewOperations } from './overview.ts';
import { paymentOperations } from './payments.ts';
import { playgroundOperations } from './playground.ts';
import { planOperations } from './plans.ts';
import { providerKeyOperations } from './provider-keys.ts';
import { promotionOperations } from './promotions.ts';
import { teamPlanOperations } from './team-plans.ts';
import { redemptionOperations } from './redemption.ts';
import { privacyOperations } from './privacy.ts';
import { proofOperations } from './proofs.ts';
import { reconciliationOperations } from './reconciliation.ts';
import { requestOperations } from './requests.ts';
import { rewardOperations } from './rewards.ts';
import { roleOperations } from './roles.ts';
import { saleOperations } from './sales.ts';
import { sessionOperations } from './sessions.ts';
import { settingOperations } from './settings.ts';
import { signInOperations } from './sign-in.ts';
import { siteOperations } from './site.ts';
import { storedObjectOperations } from './stored-objects.ts';
import { systemOperations } from './system.ts';
import { teamSignInOperations } from './team-sign-in.ts';
import { teamOperations } from './teams.ts';
import { tokenOperations } from './tokens.ts';
import { statementOperations } from './statements.ts';
import { topUpOperations } from './top-ups.ts';
import { usageOperations } from './usage.ts';
import { userOperations } from './users.ts';
import { videoOperations } from './videos.ts';

/** Every operation of the admin API, by its name: what the server implements and clients call. */
export const operations = {
  ...siteOperations,
  ...catalogOperations,
  ...sessionOperations,
  ...proofOperations,
  ...privacyOperations,
  ...signInOperations,
  ...keyOperations,
  ...playgroundOperations,
  ...teamOperations,
  ...teamSignInOperations,
  ...tokenOperations,
  ...requestOperations,
  ...videoOperations,
  ...storedObjectOperations,
  ...usageOperations,
  ...marginOperations,
  ...reconciliationOperations,
  ...overviewOperations,
  ...exportOperations,
  ...userOperations,
  ...redemptionOperations,
  ...paymentOperations,
  ...cardOperations,
  ...promotionOperations,
  ...teamPlanOperations,
  ...planOperations,
  ...budgetOperations,
  ...rewardOperations,
  ...statementOperations,
  ...invoiceOperations,
  ...topUpOperations,
  ...roleOperations,
  ...saleOperations,
  ...channelOperations,
  ...providerKeyOperations,
  ...channelInquiryOperations,
  ...credentialOperations,
  ...modelOperations,
  ...modelBundleOperations,
  ...groupOperations,
  ...settingOperations,
  ...mailOperations,
  ...noticeOperations,
  ...jobOperations,
  ...systemOperations,
  ...auditOperations,
} as const satisfies Readonly<Record<string, Declaration>>;

export type Operations = typeof operations;

/** The name of an operation of the admin API. */
export type OperationName = keyof Operations;
