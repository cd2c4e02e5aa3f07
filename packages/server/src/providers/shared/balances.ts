import type { Balance, BalanceQuery } from '../account.ts';

type Item = Readonly<Record<string, unknown>>;

export const objectOf = (value: unknown): Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Item) : {};

/** Vendors tell amounts as numbers or as texts; what is neither is no amount. Nothing is computed with it. */
export function amountOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return decimal(value);
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? value : undefined;
}

/** Without an exponent; vendors tell no more than nine decimals. */
const decimal = (value: number): string => {
  const text = String(value);
  return text.includes('e') ? value.toFixed(9).replace(/\.?0{1,9}$/, '') : text;
};

/** What is left of two amounts that are told as numbers, to the nine decimals that a difference of doubles is good for. */
export function leftOf(total: unknown, used: unknown): string | undefined {
  if (typeof total !== 'number' || typeof used !== 'number') return undefined;
  const left = Number((total - used).toFixed(9));
  return Number.isFinite(left) ? decimal(left) : undefined;
}

/** An amount that is told in units of which ten to the power of `places` make one. */
export function shifted(amount: string | undefined, places: number): string | undefined {
  if (amount === undefined) return undefined;
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  const digits = whole.padStart(places + 1, '0');
  const cut = digits.length - places;
  const rest = withoutZeros(digits.slice(cut) + fraction);
  return `${sign}${BigInt(digits.slice(0, cut))}${rest === '' ? '' : `.${rest}`}`;
}

function withoutZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

/** One amount in one currency, where there is one. */
export const only = (amount: string | undefined, currency: string): readonly Balance[] | undefined =>
  amount === undefined ? undefined : [{ amount, currency }];

/** A vendor's Chinese platform counts in yuan, its international one in dollars. */
export const currencyAt = (baseUrl: string): string => (new URL(baseUrl).hostname.endsWith('.cn') ? 'CNY' : 'USD');

/** An amount that stands at `fields` of the answer, one within the other. */
export const balanceAt = (path: string, source: string, fields: readonly string[], currency: string): BalanceQuery => ({
  path,
  source,
  read: (body) => only(amountOf(fields.reduce<unknown>((at, name) => objectOf(at)[name], body)), currency),
});
