import { Refusal } from './refusal.ts';

/** Payments in words that no provider has of its own: amounts are whole minor units (cents) of a currency. */

/** What an order is. `paid` alone is money that came in, but not as agreed: a person decides what becomes of it. */
export const orderStates = [
  'created',
  'pending',
  'paid',
  'credited',
  'refunded',
  'disputed',
  'expired',
  'failed',
] as const;
export type OrderState = (typeof orderStates)[number];

/** Why a saved card is charged while nobody is there. */
export type OrderCause = 'auto_top_up' | 'renewal' | 'plan_change';

/** What a provider says of a payment, whether it was asked or came by itself. */
export type Payment = {
  /** `disputed`: the payer wants it back, and that is open. `lost`: the payer has it back, for good. */
  readonly status: 'pending' | 'paid' | 'failed' | 'expired' | 'disputed' | 'lost';
  readonly amount: bigint;
  /** ISO 4217, in upper case. */
  readonly currency: string;
  /** Of the amount, what was given back. */
  readonly refunded: bigint;
  /** The provider's own id of it. */
  readonly reference: string;
  /** Of the amount, what is tax, where the provider works that out. */
  readonly tax?: bigint;
  /** The card that paid, where it was saved along with it. */
  readonly card?: { readonly id: string; readonly brand: string; readonly last4: string };
  /** Of one that failed: why, in words for the payer. */
  readonly problem?: string;
};

/** What is compared with a payment. */
export type Agreed = {
  readonly state: OrderState;
  readonly amount: bigint;
  readonly currency: string;
  /** Of the amount, what was given back before. It only grows. */
  readonly refunded: bigint;
};

/** What becomes of an order: its state, how much of its price was given back, and why it is not credited. */
export type Verdict = { readonly state: OrderState; readonly refunded: bigint; readonly held: string | undefined };

/**
 * The state machine: what a payment makes of an order. Whatever comes twice, late or in the wrong order changes
 * nothing that a later word has settled: money that came in is never forgotten because an earlier word says `pending`.
 */
export function judgePayment(order: Agreed, payment: Payment): Verdict {
  const refunded = payment.refunded > order.refunded ? payment.refunded : order.refunded;
  const stays: Verdict = { state: order.state, refunded: order.refunded, held: undefined };
  const wasCredited = order.state === 'credited' || order.state === 'disputed' || order.state === 'refunded';
  switch (payment.status) {
    case 'pending':
      return order.state === 'created' ? { ...stays, state: 'pending' } : stays;
    case 'failed':
    case 'expired':
      return order.state === 'created' || order.state === 'pending' ? { ...stays, state: payment.status } : stays;
    case 'disputed':
      return wasCredited ? { ...stays, state: 'disputed', refunded } : stays;
    case 'lost':
      return wasCredited ? { state: 'refunded', refunded: order.amount, held: undefined } : stays;
    case 'paid': {
      const held = differs(order, payment);
      if (held !== undefined) return wasCredited ? { ...stays, held } : { ...stays, state: 'paid', held };
      if (refunded >= order.amount) return { state: 'refunded', refunded: order.amount, held: undefined };
      return { state: 'credited', refunded, held: undefined };
    }
  }
}

function differs(order: Agreed, payment: Payment): string | undefined {
  if (payment.currency !== order.currency) return `paid in ${payment.currency} instead of ${order.currency}`;
  if (payment.amount !== order.amount)
    return `paid ${formatMinor(payment.amount, payment.currency)} instead of ${formatMinor(order.amount, order.currency)} ${order.currency}`;
  return undefined;
}

/** How much of a credit (nano-dollars) stands, after `refunded` of `amount` were given back: rounded down, all of it at the end. */
export const creditLeft = (credit: bigint, amount: bigint, refunded: bigint): bigint =>
  refunded >= amount ? 0n : credit - (credit * refunded) / amount;

/** Currencies without a smaller unit; what has three decimals is not taken. */
const whole = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' '));
const threeDecimals = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

/** Whether amounts of a currency can be told here. */
export const knowsCurrency = (currency: string): boolean => /^[A-Z]{3}$/.test(currency) && !threeDecimals.has(currency);

/** Decimals of a currency. */
export const decimalsOf = (currency: string): number => (whole.has(currency) ? 0 : 2);

/** A whole number of minor units as the decimal text that people and providers write: 1050 of CNY is `10.50`. */
export function formatMinor(amount: bigint, currency: string): string {
  const decimals = decimalsOf(currency);
  if (decimals === 0) return amount.toString();
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The other way round; undefined for what is no amount of the currency. */
export function parseMinor(text: string, currency: string): bigint | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const decimals = decimalsOf(currency);
  const [, units = '', fraction = ''] = match;
  const rest = fraction.slice(decimals);
  return /[1-9]/.test(rest) ? undefined : BigInt(units + fraction.slice(0, decimals).padEnd(decimals, '0'));
}

/** Less for who buys more, or is of a group; in whole percent. */
export type Discount = { readonly from: bigint; readonly group: string | undefined; readonly percent: number };

export type Tariff = {
  readonly currency: string;
  /** Millionths of a unit of the currency for one USD of credit. */
  readonly rate: bigint;
  /** Nano-dollars of credit; 0 for no bound above. */
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly discounts: readonly Discount[];
  /** Minor units of which prices are whole multiples, where a provider charges no smaller ones. Absent: 1. */
  readonly step?: bigint | undefined;
};

/** What credit costs by a tariff: minor units, rounded up; the best discount that applies, not a sum of them. */
export function priceOf(
  tariff: Tariff,
  credit: bigint,
  group: string,
): { readonly amount: bigint; readonly percentOff: number } {
  const { currency, rate, minimum, maximum, step = 1n } = tariff;
  if (credit < minimum || credit <= 0n) throw outside('is below the minimum of this payment method');
  if (maximum > 0n && credit > maximum) throw outside('is above the maximum of this payment method');
  const percentOff = tariff.discounts
    .filter((one) => credit >= one.from && (one.group === undefined || one.group === group))
    .reduce((best, { percent }) => Math.max(best, percent), 0);
  const numerator = credit * rate * 10n ** BigInt(decimalsOf(currency)) * BigInt(100 - percentOff);
  const denominator = 1_000_000_000n * 1_000_000n * 100n;
  const exact = (numerator + denominator - 1n) / denominator;
  const amount = ((exact + step - 1n) / step) * step;
  if (amount <= 0n) throw outside('comes to nothing in the currency of this payment method');
  return { amount, percentOff };
}

const outside = (message: string): Refusal => new Refusal('invalid_request', message, { param: 'amountUsd' });
