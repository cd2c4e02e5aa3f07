import { withoutEnd } from './without-end.ts';

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * A decimal text ("0.15", "1e-3") as a whole number of 10^-scale, exactly and without any float on the way.
 * Undefined when it is no decimal, or has digits finer than the scale can hold.
 */
export function parseDecimal(text: string, scale: number): bigint | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const shift = scale - fraction.length + Number(exponent);
  const digits = whole + fraction;
  if (shift > 100 || digits.length > 200) return undefined;
  const cut = shift < 0 ? digits.slice(shift) : '';
  if (/[1-9]/.test(cut) || (shift < 0 && -shift > digits.length && /[1-9]/.test(digits))) return undefined;
  const value = BigInt((shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift)) || '0');
  return sign === '-' ? -value : value;
}

/** The shortest decimal text of a whole number of 10^-scale: 150000000n at 9 is "0.15". */
export function formatDecimal(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = withoutEnd(digits.slice(digits.length - scale), '0');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
