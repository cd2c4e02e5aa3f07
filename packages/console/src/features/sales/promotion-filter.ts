import type { PromotionFilter } from '@tollgate/contract/api/promotions';

/** What is chosen of whom a promotion is for. */
type Chosen = {
  readonly group: string;
  readonly bought: 'any' | 'yes' | 'no';
  readonly signedUp: 'any' | 'new' | 'old';
  readonly balanceBelowUsd: string | null;
};

const month = 30 * 86_400_000;

/** The filter that the gateway is asked with; accounts are new for 30 days. */
export const promotionFilter = (
  { group, bought, signedUp, balanceBelowUsd }: Chosen,
  now: number,
): PromotionFilter => ({
  groups: group === '' ? null : [group],
  bought: bought === 'any' ? null : bought === 'yes',
  signedUpFrom: signedUp === 'new' ? now - month : null,
  signedUpTo: signedUp === 'old' ? now - month : null,
  balanceBelowUsd: balanceBelowUsd === '' ? null : balanceBelowUsd,
});
