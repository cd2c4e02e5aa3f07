import { isolated } from './isolated.ts';

/** Money as it is shown: exact, from whole nano-dollars, never through a float. */

const perDollar = 9;

/** A whole number with `scale` decimals as an exact decimal string: (150n, 3) is `0.15`. */
export function decimal(value: bigint, scale: number, minimumDecimals = 0): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits
    .slice(digits.length - scale)
    .replace(/0{1,40}$/, '')
    .padEnd(minimumDecimals, '0');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Making one costs far more than using it. */
const wholeNumber = new Intl.NumberFormat('en-US');

/** USD from a value in 10^-`scale` dollars, with as many decimals as it needs and at least two. */
export function usd(value: bigint, scale: number = perDollar): string {
  const text = decimal(value, scale, 2);
  const [dollars = '0', fraction = '00'] = text.replace('-', '').split('.');
  return isolated(`${value < 0n ? '−' : ''}$${wholeNumber.format(BigInt(dollars))}.${fraction}`);
}

/**
 * What one line of a bill comes to, exactly: quantity × rate × multiplier, in 10^-21 dollars.
 * `rate` is nano-dollars for a million units (for one when `perOne`), `multiplier` is in millionths.
 */
export function lineAmount(quantity: number, rate: bigint, multiplier: bigint, perOne: boolean): bigint {
  return BigInt(quantity) * rate * multiplier * (perOne ? 1_000_000n : 1n);
}
export const lineScale = perDollar + 12;

/** Rounds an amount of {@link lineScale} to whole nano-dollars, half up: the one rounding of a bill. */
export const roundToNanos = (exact: bigint): bigint => (exact + 500_000_000_000n) / 1_000_000_000_000n;

const nanosPerCent = 10_000_000n;

const roundedCents = (size: bigint): bigint => (size + nanosPerCent / 2n) / nanosPerCent;

/** To the cent, for looking and comparing rather than adding up; more than nothing and less than a cent is said so. Half away from zero. */
export function usdRounded(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  const cents = nanos < 0n ? -roundedCents(size) : roundedCents(size);
  return size > 0n && size < nanosPerCent ? isolated(`${nanos < 0n ? '−' : ''}<$0.01`) : usd(cents, 2);
}

/** To the cent towards minus infinity: nobody is shown more than there is. */
export function usdFloored(nanos: bigint): string {
  const cents = nanos / nanosPerCent;
  return usd(nanos < 0n && nanos % nanosPerCent !== 0n ? cents - 1n : cents, 2);
}

/** A price (0 or more) to the cent, upwards: nobody pays more than was shown. */
export const usdCeiled = (nanos: bigint): string => usd((nanos + nanosPerCent - 1n) / nanosPerCent, 2);

/** Whole nano-dollars of an amount of USD as people write it. */
export const nanosOf = (text: string): bigint => scaled(text, perDollar);

/** An amount of USD as people write it, shown as this console shows amounts: `2.5` is `$2.50`. */
export const usdOf = (text: string): string => usd(nanosOf(text));

/** Millionths as a decimal, read from its string: `1.25` is 1 250 000n. */
export const millionths = (text: string): bigint => scaled(text, 6);

function scaled(text: string, decimals: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0').slice(0, decimals));
}
