/** What of a price is tax, and how invoices are numbered. Amounts are whole minor units of a currency. */

/** The tax that a price contains, by a percentage such as `20` or `8.5`: rounded half up. */
export function taxWithin(total: bigint, percent: string): bigint {
  const [whole = '0', fraction = ''] = percent.split('.');
  const rate = BigInt(whole + fraction.padEnd(4, '0').slice(0, 4));
  const hundred = 1_000_000n;
  return (2n * total * rate + hundred + rate) / (2n * (hundred + rate));
}

/** The part of an amount that belongs to a part of its total: rounded half up, all of it for the whole. */
export const shareOf = (amount: bigint, part: bigint, total: bigint): bigint =>
  total === 0n ? 0n : (2n * amount * part + total) / (2n * total);

/** The percentage by which a tax within a total was put on, such as `20` or `8.25`: rounded to two decimals. */
export function percentWithin(total: bigint, tax: bigint): string {
  const net = total - tax;
  if (net <= 0n) return '0';
  const hundredths = (2n * tax * 10_000n + net) / (2n * net);
  return String(Number(hundredths) / 100);
}

/** The series that an invoice of a moment (ms) is numbered in: its prefix, in which `{year}` is the year (UTC). */
export const seriesOf = (prefix: string, at: number): string =>
  prefix.replaceAll('{year}', String(new Date(at).getUTCFullYear()));

/** The number of an invoice, such as `INV-2026-00042`. */
export const invoiceNumber = (series: string, sequence: number): string =>
  `${series}${String(sequence).padStart(5, '0')}`;
