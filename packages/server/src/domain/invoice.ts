/** What of a price is tax, and how invoices are numbered. Amounts are whole minor units of a currency. */

/** The tax that a price contains, by a percentage such as `20` or `8.5`: rounded half up. */
export function taxWithin(total: bigint, percent: string): bigint {
  const [whole = '0', fraction = ''] = percent.split('.');
  const rate = BigInt(whole + fraction.padEnd(4, '0').slice(0, 4));
  const hundred = 1_000_000n;
  return (2n * total * rate + hundred + rate) / (2n * (hundred + rate));
}

/** The series that an invoice of a moment (ms) is numbered in: its prefix, in which `{year}` is the year (UTC). */
export const seriesOf = (prefix: string, at: number): string =>
  prefix.replaceAll('{year}', String(new Date(at).getUTCFullYear()));

/** The number of an invoice, such as `INV-2026-00042`. */
export const invoiceNumber = (series: string, sequence: number): string =>
  `${series}${String(sequence).padStart(5, '0')}`;
