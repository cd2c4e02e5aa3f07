import type { Bucket } from '@tollgate/contract/buckets';
import type { PriceSheet } from '@tollgate/contract/price';
import { useState } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { NumberField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { count } from '../../lib/format.ts';
import { decimal, lineAmount, lineScale, millionths, roundToNanos, usd } from '../../lib/money.ts';
import { useOperation, type Input } from '../../lib/operations.ts';
import { conditionsOf, plainRates, rateOf } from '../../lib/rates.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { useModelWords } from './words.ts';

const asked = ['inputText', 'cacheRead', 'outputText'] as const satisfies readonly Bucket[];

type Quantities = Readonly<Record<(typeof asked)[number], number>>;

/** The rates that a price with conditions has for such a request now, in nano-dollars; the gateway says which hold. */
function useChosenRates(price: PriceSheet, usage: Quantities, enabled: boolean) {
  const question = useSettled(JSON.stringify({ price, usage }));
  const body = JSON.parse(question) as NonNullable<Input<'prices.try'>['body']>;
  const tried = useOperation('prices.try', { body }, { enabled, keep: true });
  return new Map(
    (tried.data?.lines ?? []).map(({ bucket, rateNanos, condition }) => [
      bucket,
      { rate: BigInt(rateNanos), condition: condition ?? undefined },
    ]),
  );
}

/** What a request would cost, line by line, through a group: the same sum that the gateway does. */
export function Calculator({ price }: { readonly price: PriceSheet }) {
  const t = useModelWords();
  // The commonest condition in the reader's language; the others as the price has them.
  const inputWords = (condition: string): string | undefined => {
    const above = /^inputAbove: (\d+)$/.exec(condition)?.[1];
    return above === undefined ? undefined : t('inputAbove', { shown: count(Number(above)) });
  };
  const groups = useOperation('groups.list');
  const [quantities, setQuantities] = useState<Quantities>({
    inputText: 10_000,
    cacheRead: 0,
    outputText: 1000,
  });
  const [group, setGroup] = useState<string>();
  const list = groups.data?.data ?? [];
  const chosen = list.find(({ name }) => name === group) ?? list[0];
  const multiplier = millionths(chosen?.multiplier ?? '1');
  const rates = plainRates(price);
  const chooses = conditionsOf(price) > 0;
  const chosenRates = useChosenRates(price, quantities, chooses);
  const lines = asked
    .filter((bucket) => quantities[bucket] > 0)
    .map((bucket) => {
      const { rate = rateOf(rates, bucket), condition } = chosenRates.get(bucket) ?? {};
      return { bucket, rate, condition, amount: lineAmount(quantities[bucket], rate, multiplier, false) };
    });
  const total = roundToNanos(lines.reduce((sum, { amount }) => sum + amount, 0n));
  return (
    <Card title={t('calculator')} {...(chooses && { description: t('calculatorConditions') })}>
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
          {lines.map(({ bucket, rate, condition, amount }) => (
            <tr key={bucket} className="border-t border-line *:py-1.5">
              <th scope="row" className="text-start font-normal">
                {t(`bucket.${bucket}`)}
                {condition !== undefined && (
                  <span className="block text-muted">{inputWords(condition) ?? condition}</span>
                )}
              </th>
              <td className="text-end whitespace-nowrap text-muted">
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
