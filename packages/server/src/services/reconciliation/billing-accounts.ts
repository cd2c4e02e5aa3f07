import type {
  BillingAccountInput,
  BillingAccountPatch,
  BillingAccountView,
} from '@tollgate/contract/api/reconciliation';
import { Refusal } from '../../domain/refusal.ts';
import { billingAccountRepository, type BillingAccount } from '../../store/billing-accounts.ts';
import type { Db } from '../../store/database.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { secretHint } from '../accounts/secret-text.ts';
import { recordWrite } from '../record-write.ts';
import { billingAccountContext } from '../secret-box/contexts.ts';
import { withCostReports, type Providers } from './cost-reports.ts';

export type BillingDeps = {
  readonly accounts: Pick<AccountDeps, 'database' | 'secretBox' | 'snapshot' | 'now' | 'newId'>;
  readonly providers: Providers;
};

/** All accounts at providers, and whose costs can be read. */
export const listBillingAccounts = async ({ accounts, providers }: BillingDeps) => ({
  data: (await billingAccountRepository.all(accounts.database.db)).map(present),
  providers: withCostReports(providers),
});

export async function createBillingAccount(
  deps: BillingDeps,
  actor: string,
  { adminKey, ...input }: BillingAccountInput,
): Promise<BillingAccountView> {
  const at = deps.accounts.now();
  const id = `bill_${deps.accounts.newId()}`;
  const account: BillingAccount = {
    ...input,
    id,
    ...sealedKey(deps, id, adminKey),
    readAt: undefined,
    problem: undefined,
    createdAt: at,
    updatedAt: at,
  };
  check(deps, account);
  await deps.accounts.database.transact(async (db) => {
    await billingAccountRepository.insert(db, account);
    await record(db, actor, at, 'create', undefined, account);
  });
  return present(account);
}

export async function changeBillingAccount(
  deps: BillingDeps,
  actor: string,
  id: string,
  { adminKey, ...patch }: BillingAccountPatch,
): Promise<BillingAccountView> {
  return await deps.accounts.database.transact(async (db) => {
    const before = await mustFindBillingAccount(db, id);
    const key = adminKey === undefined ? {} : sealedKey(deps, id, adminKey);
    // A key is sent to nobody but whom it was given for.
    const other = patch.provider !== undefined && patch.provider !== before.provider && adminKey === undefined;
    const after: BillingAccount = {
      ...before,
      name: patch.name ?? before.name,
      provider: patch.provider ?? before.provider,
      channels: patch.channels ?? before.channels,
      enabled: patch.enabled ?? before.enabled,
      ...(other ? { sealed: undefined, lastFour: undefined } : key),
      updatedAt: deps.accounts.now(),
    };
    check(deps, after);
    await billingAccountRepository.update(db, after);
    await record(db, actor, after.updatedAt, 'update', before, after);
    return present(after);
  });
}

export async function removeBillingAccount(deps: BillingDeps, actor: string, id: string): Promise<void> {
  await deps.accounts.database.transact(async (db) => {
    const account = await mustFindBillingAccount(db, id);
    await billingAccountRepository.remove(db, id);
    await record(db, actor, deps.accounts.now(), 'delete', account, undefined);
  });
}

export async function mustFindBillingAccount(db: Db, id: string): Promise<BillingAccount> {
  const account = await billingAccountRepository.find(db, id);
  if (account === undefined) throw new Refusal('not_found', 'There is no such billing account.');
  return account;
}

const sealedKey = ({ accounts: { secretBox } }: BillingDeps, id: string, adminKey: string | undefined) => ({
  sealed: adminKey === undefined ? undefined : secretBox.seal(adminKey, billingAccountContext(id)),
  lastFour: adminKey === undefined ? undefined : secretHint(adminKey).lastFour,
});

function check(
  { accounts: { snapshot }, providers }: BillingDeps,
  { provider, sealed, channels }: BillingAccount,
): void {
  const telling = withCostReports(providers);
  const report = telling.find(({ id }) => id === provider);
  if (provider !== '' && report === undefined)
    throw new Refusal('invalid_request', `is none of ${telling.map(({ id }) => id).join(', ')}`, { param: 'provider' });
  if (report !== undefined && sealed === undefined)
    throw new Refusal('invalid_request', `is needed to read the costs of ${report.label}`, { param: 'adminKey' });
  const known = snapshot().channels;
  const unknown = channels.find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new Refusal('invalid_request', `There is no channel "${unknown}".`, { param: 'channels' });
}

const shown = ({ name, provider, channels, enabled, lastFour }: BillingAccount) => ({
  name,
  provider,
  channels: [...channels],
  enabled,
  lastFour: lastFour ?? null,
});

export const present = (account: BillingAccount): BillingAccountView => ({
  ...shown(account),
  id: account.id,
  readAt: account.readAt ?? null,
  problem: account.problem ?? null,
  createdAt: account.createdAt,
  updatedAt: account.updatedAt,
});

const record = async (
  db: Db,
  actor: string,
  at: number,
  action: 'create' | 'update' | 'delete',
  before: BillingAccount | undefined,
  after: BillingAccount | undefined,
): Promise<void> =>
  await recordWrite(db, {
    actor,
    at,
    kind: 'billing-account',
    action,
    ref: after?.id ?? before?.id ?? '',
    before: before === undefined ? null : shown(before),
    after: after === undefined ? null : shown(after),
  });
