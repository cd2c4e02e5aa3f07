import type { Operations } from '@tollgate/contract/operations/list';
import type { AdminDeps } from './admin-deps.ts';
import { auditHandlers } from './audit-log.ts';
import { cardHandlers } from './cards.ts';
import { catalogHandlers } from './catalog.ts';
import { budgetHandlers } from './budgets.ts';
import { channelInquiryHandlers } from './channel-inquiries.ts';
import { channelHandlers } from './channels.ts';
import { credentialHandlers } from './credentials.ts';
import { exportHandlers } from './exports.ts';
import { groupHandlers } from './groups.ts';
import { invoiceHandlers } from './invoices.ts';
import { jobHandlers } from './jobs.ts';
import { keyHandlers } from './keys.ts';
import { mailHandlers } from './mail.ts';
import { marginHandlers } from './margins.ts';
import { modelBundleHandlers } from './model-bundles.ts';
import { modelHandlers } from './models.ts';
import { noticeHandlers } from './notices.ts';
import type { Handlers } from './operation.ts';
import { overviewHandlers } from './overview.ts';
import { paymentHandlers } from './payments.ts';
import { playgroundHandlers } from './playground.ts';
import { reconciliationHandlers } from './reconciliation.ts';
import { planHandlers } from './plans.ts';
import { providerKeyHandlers } from './provider-keys.ts';
import { promotionHandlers } from './promotions.ts';
import { teamPlanHandlers } from './team-plans.ts';
import { redemptionHandlers } from './redemption.ts';
import { privacyHandlers } from './privacy.ts';
import { proofHandlers } from './proofs.ts';
import { requestHandlers } from './requests.ts';
import { rewardHandlers } from './rewards.ts';
import { roleHandlers } from './roles.ts';
import { saleHandlers } from './sales.ts';
import { sessionHandlers } from './sessions.ts';
import { settingHandlers } from './settings.ts';
import { signInHandlers } from './sign-in.ts';
import { siteHandlers } from './site.ts';
import { systemHandlers } from './system.ts';
import { teamSignInHandlers } from './team-sign-in.ts';
import { teamHandlers } from './teams.ts';
import { tokenHandlers } from './tokens.ts';
import { statementHandlers } from './statements.ts';
import { topUpHandlers } from './top-ups.ts';
import { usageHandlers } from './usage.ts';
import { userHandlers } from './users.ts';
import { storedObjectHandlers } from './stored-objects.ts';
import { videoHandlers } from './videos.ts';

/** What each declared operation does. One that is missing does not compile. */
export const adminHandlers = (deps: AdminDeps): Handlers<Operations> => ({
  ...siteHandlers(deps),
  ...catalogHandlers(deps),
  ...sessionHandlers(deps),
  ...proofHandlers(deps),
  ...privacyHandlers(deps),
  ...signInHandlers(deps),
  ...keyHandlers(deps),
  ...playgroundHandlers(deps),
  ...teamHandlers(deps),
  ...teamSignInHandlers(deps),
  ...tokenHandlers(deps),
  ...requestHandlers(deps),
  ...videoHandlers(deps),
  ...storedObjectHandlers(deps),
  ...usageHandlers(deps),
  ...marginHandlers(deps),
  ...reconciliationHandlers(deps),
  ...overviewHandlers(deps),
  ...exportHandlers(deps),
  ...userHandlers(deps),
  ...redemptionHandlers(deps),
  ...paymentHandlers(deps),
  ...cardHandlers(deps),
  ...promotionHandlers(deps),
  ...teamPlanHandlers(deps),
  ...planHandlers(deps),
  ...budgetHandlers(deps),
  ...rewardHandlers(deps),
  ...statementHandlers(deps),
  ...invoiceHandlers(deps),
  ...topUpHandlers(deps),
  ...roleHandlers(deps),
  ...saleHandlers(deps),
  ...channelHandlers(deps),
  ...providerKeyHandlers(deps),
  ...channelInquiryHandlers(deps),
  ...credentialHandlers(deps),
  ...modelHandlers(deps),
  ...modelBundleHandlers(deps),
  ...groupHandlers(deps),
  ...settingHandlers(deps),
  ...mailHandlers(deps),
  ...noticeHandlers(deps),
  ...jobHandlers(deps),
  ...systemHandlers(deps),
  ...auditHandlers(deps),
});
