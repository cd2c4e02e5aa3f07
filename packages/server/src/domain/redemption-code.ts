/**
 * Codes that people read from paper and type: Crockford's base 32, which has no letters that look like digits, in groups
 * of five. 25 characters are 125 bits: nobody guesses one.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 25;
const groupLength = 5;

/** A new code such as `SPRING-7K2MX-…`; `prefix` is of letters and digits, or empty. */
export function newRedemptionCode(prefix: string, random: (bytes: Uint8Array) => void): string {
  const bytes = new Uint8Array(length);
  random(bytes);
  // 256 is a multiple of 32: each letter is as likely as any other.
  const text = Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
  const groups = Array.from({ length: length / groupLength }, (_, at) =>
    text.slice(at * groupLength, (at + 1) * groupLength),
  );
  return [...(prefix === '' ? [] : [prefix.toUpperCase()]), ...groups].join('-');
}

/** What of a typed code counts: case, dashes and spaces do not, and O, I and L are read as the digits they look like. */
export const canonicalCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}_.]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
