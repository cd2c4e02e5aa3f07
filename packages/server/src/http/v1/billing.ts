import type { Spending } from '../../services/activity/spending.ts';

/** For people only: the books never go through a number. */
const dollars = (nanos: bigint): number => Number(nanos) / 1e9;

/**
 * What clients of the field show of a balance: limit minus usage is what is left. OpenAI's old `dashboard/billing` paths, as New API
 * answers them: limits in dollars, usage in cents.
 */
export function presentBilling(what: string, { spent, left }: Spending, expiresAt: number | undefined): object {
  if (what === 'usage') return { object: 'list', total_usage: dollars(spent) * 100 };
  const limit = dollars(spent + left);
  return {
    object: 'billing_subscription',
    has_payment_method: true,
    soft_limit_usd: limit,
    hard_limit_usd: limit,
    system_hard_limit_usd: limit,
    access_until: expiresAt === undefined ? 0 : Math.floor(expiresAt / 1000),
  };
}
