import { planInputSchema, type PlanInput } from '@tollgate/contract/api/plans';
import { isTimeZone } from '../../domain/calendar.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { PlanTerms } from '../../domain/subscription.ts';
import type { StoredPlan } from '../../store/subscriptions/plans.ts';
import { noGroup, usdToNanos } from '../accounts/people.ts';

/** A plan as it is written. */
export const inputOf = ({ terms }: Pick<StoredPlan, 'terms'>): PlanInput => planInputSchema.parse(JSON.parse(terms));

/** The plan that is wanted; refuses what does not fit. */
export function wantPlan(
  hasGroup: (name: string) => boolean,
  input: PlanInput,
  fixed: Pick<StoredPlan, 'id' | 'owner' | 'createdAt' | 'updatedAt'>,
): StoredPlan {
  if (!isTimeZone(input.timeZone)) throw invalid('timeZone', 'is no time zone, such as Europe/Berlin');
  if (input.group !== null && !hasGroup(input.group)) throw noGroup(input.group, 'group');
  for (const [index, group] of (input.groups ?? []).entries())
    if (!hasGroup(group)) throw noGroup(group, `groups.${index}`);
  if (amountOf(input) <= 0n) throw invalid('amount', 'must be more than 0');
  return {
    ...fixed,
    name: input.name,
    enabled: input.enabled,
    position: input.position,
    terms: JSON.stringify(planInputSchema.parse(input)),
  };
}

const invalid = (param: string, message: string): Refusal => new Refusal('invalid_request', message, { param });

const amountOf = ({ unit, amount }: PlanInput): bigint => (unit === 'money' ? usdToNanos(amount) : BigInt(amount));

/** What a plan promises, or a subscription was promised, in the units of the books: for all of its seats, where it has some. */
export function termsOf(stored: Pick<StoredPlan, 'terms'> & { readonly seats?: number | undefined }): PlanTerms {
  const input = inputOf(stored);
  const seats = BigInt(stored.seats ?? 1);
  return {
    name: input.name,
    price: usdToNanos(input.priceUsd) * seats,
    interval: input.interval,
    intervalCount: input.intervalCount,
    unit: input.unit,
    amount: amountOf(input) * seats,
    reset: input.reset,
    timeZone: input.timeZone,
    rollover: input.rollover,
    graceDays: input.graceDays,
  };
}
