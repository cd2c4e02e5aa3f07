import { buckets, callRow, type RateField } from '@tollgate/contract/buckets';
import { usdSchema, type PriceSheet } from '@tollgate/contract/price';
import { DecimalField } from '../../components/ui/number-field.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { byExpression, plainRates, priced, withRate } from '../../lib/rates.ts';
import { ExpressionField } from './expression-field.tsx';
import { useModelWords } from './words.ts';

/** The rates that most models have; the others are shown when they are set, or asked for. */
const usual: readonly RateField[] = ['input', 'cacheRead', 'cacheWrite5m', 'output'];

/** What a new expression begins with: a price for input and output. */
const firstExpression = 'tier("base", p * 1 + c * 4)';

const badRate = (rate: string | undefined): boolean => rate !== undefined && !usdSchema.safeParse(rate).success;

type PriceFieldsProps = {
  readonly price: PriceSheet;
  readonly onChange: (price: PriceSheet) => void;
  /** Shows every rate, not only the usual ones. */
  readonly all: boolean;
  readonly locked: boolean;
};

/** A price without conditions: a field for each rate, or an expression in place of those of tokens. */
export function PriceFields({ price, onChange, all, locked }: PriceFieldsProps) {
  const t = useModelWords();
  const { expression } = price;
  const rates = plainRates(price);
  const fields = priced.filter(
    ([bucket, field]) =>
      rates[field] !== undefined ||
      (expression === undefined ? all || usual.includes(field) : all && buckets[bucket].side === 'count'),
  );
  return (
    <>
      <div>
        <Segmented
          label={t('priceBy')}
          segments={[
            { value: 'rates', label: t('byRates') },
            { value: 'expression', label: t('byExpression') },
          ]}
          value={expression === undefined ? 'rates' : 'expression'}
          onChange={(by) => onChange(by === 'expression' ? byExpression(price, firstExpression) : plainRates(price))}
        />
      </div>
      {expression !== undefined && (
        <ExpressionField price={price} onChange={(next) => onChange({ ...price, expression: next })} locked={locked} />
      )}
      <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {fields.map(([bucket, field]) => (
          <DecimalField
            key={field}
            label={t(`bucket.${bucket}`)}
            unit={buckets[bucket].per === 'million' ? t('usdPerMillion') : 'USD'}
            value={rates[field] ?? null}
            onChange={(rate) => onChange(withRate(price, field, rate ?? ''))}
            error={badRate(rates[field]) ? t('rateForm') : undefined}
            disabled={locked}
          />
        ))}
        {(all || rates.perCall !== undefined) && (
          <DecimalField
            label={t(`bucket.${callRow.field}`)}
            unit="USD"
            value={rates.perCall ?? null}
            onChange={(rate) => onChange(withRate(price, 'perCall', rate ?? ''))}
            error={badRate(rates.perCall) ? t('rateForm') : undefined}
            disabled={locked}
          />
        )}
      </div>
    </>
  );
}
