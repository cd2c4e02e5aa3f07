import { Refusal } from '../domain/refusal.ts';
import type { Channel, Credential } from '../domain/snapshot.ts';
import type { Balance, BalanceQuery } from '../providers/account.ts';
import { askAccount, type InquiryDeps } from './ask-account.ts';

/** What an account said of its money, or why it did not. */
export type AccountBalance = {
  readonly index: number;
  readonly balances: readonly Balance[];
  readonly problem: string | null;
};

/** Accounts that are asked at once. */
const atOnce = 4;

/** What money each account of a channel that is in use has left. Throws a refusal where the vendor does not tell. */
export async function fetchBalance(deps: InquiryDeps, channel: Channel): Promise<readonly AccountBalance[]> {
  const { balance, label } = channel.provider;
  if (!balance) throw new Refusal('operation_not_supported', `${label} does not tell an account’s balance to its key.`);
  const waiting = channel.credentials.filter(({ enabled }) => enabled).values();
  const told: AccountBalance[] = [];
  const work = async (): Promise<void> => {
    for (const credential of waiting) told.push(await ofAccount(deps, channel, credential, balance));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return told.toSorted((one, other) => one.index - other.index);
}

/** The first of the vendor's ways by which it tells; the problem of the last when none does. */
async function ofAccount(
  deps: InquiryDeps,
  channel: Channel,
  credential: Credential,
  queries: readonly BalanceQuery[],
): Promise<AccountBalance> {
  const { index } = credential;
  let problem = '';
  for (const { read, ...question } of queries) {
    try {
      const balances = read(await askAccount(deps, { channel, credential }, question), channel.baseUrl);
      if (balances) return { index, balances, problem: null };
      problem = `${channel.provider.label} told no balance.`;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problem = error.message;
    }
  }
  return { index, balances: [], problem };
}
