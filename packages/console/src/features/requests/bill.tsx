import { count } from '../../lib/format.ts';
import { decimal, lineAmount, lineScale, millionths, roundToNanos, usd } from '../../lib/money.ts';
import type { Bill } from './request-view.ts';
import { unitOf, useRequestWords, type RequestWords } from './words.ts';

/** The worked bill: every line quantity × rate × multiplier = amount, so that anyone can recompute the charge. */
export function BillTable({ bill, amount }: { readonly bill: Bill; readonly amount: bigint }) {
  const t = useRequestWords();
  const multiplier = millionths(bill.multiplier);
  const lines = bill.lines.map((line) => {
    const rate = BigInt(line.rateNanos);
    const amount = lineAmount(line.quantity, rate, multiplier, line.bucket === 'call');
    return { ...line, rate, amount, unit: unitOf(line.bucket, t) };
  });
  const exact = lines.reduce((sum, line) => sum + line.amount, 0n);
  const rounded = roundToNanos(exact) * 10n ** 12n !== exact;
  return (
    <table className="w-full text-small max-sm:text-xs">
      <caption className="mb-2 text-start font-semibold">{t('bill.title')}</caption>
      <thead>
        <tr className="text-muted *:pb-1.5 *:font-medium *:whitespace-nowrap">
          <th scope="col" className="text-start">
            {t('bill.what')}
          </th>
          <th scope="col" className="text-end">
            {t('bill.quantity')}
          </th>
          <th scope="col" className="ps-2 sm:ps-3 text-end">
            {t('bill.rate')}
          </th>
          <th scope="col" className="ps-2 sm:ps-3 text-end">
            {t('bill.group')}
          </th>
          <th scope="col" className="ps-2 sm:ps-3 text-end">
            {t('bill.amount')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, index) => (
          // A bill is a finished list in order; a bucket may be on it twice, at two rates.
          <tr key={index} className="border-t border-line *:py-1.5">
            <th scope="row" className="text-start font-normal">
              {line.unit.label}
              {line.condition !== null && (
                <span className="block text-xs text-muted">{conditionOf(line.condition, t)}</span>
              )}
            </th>
            <td className="text-end">{count(line.quantity)}</td>
            <td className="ps-2 sm:ps-3 text-end sm:whitespace-nowrap">
              <Rate bucket={line.bucket} rate={line.rate} per={line.unit.per} />
            </td>
            <td className="ps-2 sm:ps-3 text-end">{decimal(multiplier, 6)}</td>
            <td className="ps-2 sm:ps-3 text-end">{usd(line.amount, lineScale)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr className="border-t border-ink/40 font-semibold *:pt-1.5">
          <th scope="row" colSpan={4} className="text-start">
            {rounded ? t('bill.chargedRounded') : t('bill.charged')}
          </th>
          <td className="ps-2 sm:ps-3 text-end">{usd(amount)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** The condition of a rate: the length of the input in words, which is the usual one, and others as their price writes them. */
function conditionOf(condition: string, t: RequestWords): string {
  const above = /^inputAbove: (\d+)$/.exec(condition)?.[1];
  return above === undefined ? condition : t('bill.above', { shown: count(Number(above)) });
}

/** Rates come per million units, except that of a call; those of countable things read better per one. */
function Rate({
  bucket,
  rate,
  per,
}: {
  readonly bucket: string;
  readonly rate: bigint;
  readonly per: 'million' | 'one';
}) {
  if (per === 'one') return bucket === 'call' ? usd(rate) : usd(rate, 15);
  return (
    <>
      {usd(rate)} <span className="whitespace-nowrap text-muted max-sm:block">/ 1M</span>
    </>
  );
}
