import { walletsOf } from '../../services/accounts/credit-lines.ts';
import type { AdminDeps } from './admin-deps.ts';

/** What a wallet has, as the API shows it; null while the books cannot be read. */
type WalletView = { readonly balanceNanos: string | null; readonly creditLineNanos: string | null };

const unread: WalletView = { balanceNanos: null, creditLineNanos: null };

/** The wallets of users or teams, asked for in one go: a list of people needs no ledger to be shown. */
export async function walletViews(
  { accounts }: Pick<AdminDeps, 'accounts'>,
  owners: readonly { readonly id: string }[],
): Promise<(ownerId: string) => WalletView> {
  const wallets = await walletsOf(
    accounts,
    owners.map(({ id }) => id),
  ).catch(() => undefined);
  return (ownerId) => {
    const wallet = wallets?.get(ownerId);
    return wallet === undefined
      ? unread
      : { balanceNanos: wallet.balance.toString(), creditLineNanos: wallet.creditLine.toString() };
  };
}
