import type { TriedPrice } from '@tollgate/contract/api/price-trials';
import { buckets, bucketNames, type Bucket } from '@tollgate/contract/buckets';
import { count } from '../../lib/format.ts';
import { lineAmount, lineScale, usd } from '../../lib/money.ts';
import type { PricedBucket } from '../../lib/rates.ts';
import { useModelWords } from './words.ts';

const noMultiplier = 1_000_000n;

const isPriced = (name: string): name is PricedBucket =>
  bucketNames.includes(name as Bucket) && buckets[name as Bucket].field !== undefined;

/** The bill of a request that was only tried: its lines, its sum, and what is set aside before it is served. */
export function TriedBill({ tried }: { readonly tried: TriedPrice }) {
  const t = useModelWords();
  return (
    <table className="w-full text-small">
      <caption className="sr-only">{t('expression.trial')}</caption>
      <tbody>
        {(tried.lines ?? []).map(({ bucket, quantity, rateNanos, condition }, index) => {
          const rate = BigInt(rateNanos);
          return (
            // A bill is a finished list in order.
            <tr key={index} className="border-t border-line *:py-1.5">
              <th scope="row" className="text-start font-normal">
                {t(`bucket.${isPriced(bucket) ? bucket : 'perCall'}`)}
                {condition !== null && <span className="ps-1.5 text-muted">{condition}</span>}
              </th>
              <td className="text-end text-muted">
                {bucket !== 'call' && t('expression.line', { quantity: count(quantity), rate: usd(rate) })}
              </td>
              <td className="ps-3 text-end">
                {usd(lineAmount(quantity, rate, noMultiplier, bucket === 'call'), lineScale)}
              </td>
            </tr>
          );
        })}
      </tbody>
      <tfoot aria-live="polite">
        <tr className="border-t border-ink/40 font-semibold *:pt-1.5">
          <th scope="row" colSpan={2} className="text-start">
            {t('total')}
          </th>
          <td className="text-end">{usd(BigInt(tried.amountNanos ?? '0'))}</td>
        </tr>
        <tr className="text-muted *:pt-1">
          <th scope="row" colSpan={2} className="text-start font-normal">
            {t('expression.held')}
          </th>
          <td className="text-end">{usd(BigInt(tried.holdNanos ?? '0'))}</td>
        </tr>
      </tfoot>
    </table>
  );
}
