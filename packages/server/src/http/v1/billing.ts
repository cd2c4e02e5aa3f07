import type { KeyRecord } from '../../domain/snapshot.ts';
import type { Spending } from '../../services/activity/spending.ts';

/** For people only: the books never go through a number. */
const dollars = (nanos: bigint): number => Number(nanos) / 1e9;

/** What of a key these answers tell. */
type Told = Pick<KeyRecord, 'name' | 'limited' | 'models' | 'expiresAt'>;

/** New API counts in quota: 500 000 of it are a dollar. */
const nanosPerQuota = 2000n;
const quota = (nanos: bigint): number => Number(nanos / nanosPerQuota);

/** As New API answers `/api/usage/token`: whole quota, of the key. */
export function presentToken({ spent, left }: Spending, { name, limited, models, expiresAt }: Told): object {
  return {
    code: true,
    message: 'ok',
    data: {
      object: 'token_usage',
      name,
      total_granted: quota(spent) + quota(left),
      total_used: quota(spent),
      total_available: quota(left),
      unlimited_quota: !limited,
      model_limits: Object.fromEntries([...(models ?? [])].map((model) => [model, true])),
      model_limits_enabled: models !== undefined,
      expires_at: expiresAt === undefined ? 0 : Math.floor(expiresAt / 1000),
    },
  };
}

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
