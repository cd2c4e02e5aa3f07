import type { Bucket } from '@tollgate/contract/buckets';
import type { PriceSheet } from '@tollgate/contract/price';
import { useState } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { NumberField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { count } from '../../lib/format.ts';
import { decimal, lineAmount, lineScale, millionths, roundToNanos, usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { conditionsOf, plainRates, rateOf } from '../../lib/rates.ts';
import { useModelWords } from './words.ts';

const asked = ['inputText', 'cacheRead', 'outputText'] as const satisfies readonly Bucket[];

/** What a request would cost, line by line, through a group: the same sum that the gateway does. */
export function Calculator({ price }: { readonly price: PriceSheet }) {
  const t = useModelWords();
  const groups = useOperation('groups.list');
  const [quantities, setQuantities] = useState<Readonly<Record<(typeof asked)[number], number>>>({
    inputText: 10_000,
    cacheRead: 0,
    outputText: 1000,
  });
  const [group, setGroup] = useState<string>();
  const list = groups.data?.data ?? [];
  const chosen = list.find(({ name }) => name === group) ?? list[0];
  const multiplier = millionths(chosen?.multiplier ?? '1');
  const rates = plainRates(price);
  const lines = asked
    .filter((bucket) => quantities[bucket] > 0)
    .map((bucket) => {
      const rate = rateOf(rates, bucket);
      return { bucket, rate, amount: lineAmount(quantities[bucket], rate, multiplier, false) };
    });
  const total = roundToNanos(lines.reduce((sum, { amount }) => sum + amount, 0n));
  return (
    <Card title={t('calculator')} {...(conditionsOf(price) > 0 && { description: t('calculatorPlain') })}>
      <div className="grid gap-3 sm:grid-cols-2">
        {asked.map((bucket) => (
          <NumberField
            key={bucket}
            label={t(`bucket.${bucket}`)}
            value={quantities[bucket]}
            min={0}
            max={1e9}
            step={1000}
            unit={t('tokensUnit')}
            onChange={(value) => setQuantities({ ...quantities, [bucket]: value ?? 0 })}
          />
        ))}
        <Select
          label={t('group')}
          choices={list.map(({ name, multiplier: times }) => ({ value: name, label: name, detail: `× ${times}` }))}
          value={chosen?.name ?? null}
          onChange={setGroup}
        />
      </div>
      <table className="mt-4 w-full text-small">
        <caption className="sr-only">{t('calculator')}</caption>
        <tbody>
          {lines.map(({ bucket, rate, amount }) => (
            <tr key={bucket} className="border-t border-line *:py-1.5">
              <th scope="row" className="text-start font-normal">
                {t(`bucket.${bucket}`)}
              </th>
              <td className="text-end text-muted">
                {t('line', {
                  quantity: count(quantities[bucket]),
                  rate: usd(rate),
                  multiplier: decimal(multiplier, 6),
                })}
              </td>
              <td className="ps-3 text-end">{usd(amount, lineScale)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="border-t border-ink/40 font-semibold *:pt-1.5">
            <th scope="row" colSpan={2} className="text-start">
              {t('total')}
            </th>
            <td className="text-end" aria-live="polite">
              {usd(total)}
            </td>
          </tr>
        </tfoot>
      </table>
    </Card>
  );
}
