import type { Database } from '../../store/database.ts';
import { sumUsage } from '../../store/usage-sums.ts';
import type { User } from '../../store/users.ts';
import { walletsOf } from '../accounts/credit-lines.ts';
import { listGivenCredits } from '../rewards/given-credits.ts';

/** New API counts in quota: 500 000 of it are a dollar. */
const nanosPerQuota = 2000n;
const quota = (nanos: bigint): number => Number(nanos / nanosPerQuota);

/** New API's numbers for what people may; one with rights of its own is some kind of administrator there. */
const roleNumbers: Readonly<Record<string, number | undefined>> = { user: 1, admin: 10, root: 100 };

type Deps = { readonly database: Database; readonly now: () => number; readonly newId: () => string };

/**
 * An account as New API tells it at `/api/user/self`: what it has and has used, in whole quota. Credit that expires counts, as
 * it pays for whatever the wallet pays for; allowances of plans do not.
 */
export async function accountInQuota(deps: Deps, user: User): Promise<object> {
  const { database } = deps;
  const wallet = (await walletsOf(deps, [user.id])).get(user.id);
  const given = await listGivenCredits(deps, user.id);
  const [usage] = await sumUsage(database, { userId: user.id, from: 0, to: deps.now() + 3_600_000 }, []);
  const balance = given.reduce((sum, { left }) => sum + left, wallet?.balance ?? 0n);
  return {
    id: user.id,
    username: user.username ?? user.email ?? user.id,
    display_name: user.name,
    email: user.email ?? '',
    role: roleNumbers[user.role] ?? 10,
    status: user.enabled ? 1 : 2,
    group: user.group,
    quota: quota(balance),
    used_quota: quota(usage?.sums.amount ?? 0n),
    request_count: usage?.sums.requests ?? 0,
  };
}
