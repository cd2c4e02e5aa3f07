import type en from '../locales/en/plans.json';
import { count } from './format.ts';
import { namespace } from './i18n.ts';
import { usdOf, usdRounded } from './money.ts';

/** Plans in words, for whoever has one: a person, or a team. */
export const usePlanWords = namespace<typeof en>('plans');

/** How the state of a subscription looks. */
export const stateTones = { trialing: 'good', active: 'good', past_due: 'warn', paused: 'off', ended: 'off' } as const;

type Words = ReturnType<typeof usePlanWords>;

export type Terms = {
  readonly priceUsd: string;
  readonly interval: 'day' | 'week' | 'month' | 'year';
  readonly intervalCount: number;
  readonly unit: 'money' | 'tokens' | 'requests';
  readonly amount: string;
  readonly reset: 'term' | 'day' | 'week' | 'month';
};

/** `$20 a month`, `$50 every 3 months`. */
export const priceWords = (t: Words, { priceUsd, interval, intervalCount }: Omit<Terms, 'unit' | 'amount' | 'reset'>) =>
  intervalCount === 1
    ? t(`price.${interval}`, { price: usdOf(priceUsd) })
    : t(`priceOf.${interval}`, { price: usdOf(priceUsd), count: intervalCount });

/** `$30 of usage each day`. */
export const allowanceWords = (t: Words, { unit, amount, reset }: Pick<Terms, 'unit' | 'amount' | 'reset'>): string =>
  t(`allowance.${reset}`, {
    amount: t(`amountOf.${unit}`, { amount: unit === 'money' ? usdOf(amount) : count(Number(amount)) }),
  });

/** What the books say of an allowance: nano-dollars (to the cent), or numbers of tokens or requests. */
export const amountText = (unit: Terms['unit'], value: string): string =>
  unit === 'money' ? usdRounded(BigInt(value)) : count(Number(value));
