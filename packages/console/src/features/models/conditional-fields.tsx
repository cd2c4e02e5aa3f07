import { buckets, type RateField } from '@tollgate/contract/buckets';
import { usdSchema, type PriceSheet } from '@tollgate/contract/price';
import { DecimalField } from '../../components/ui/number-field.tsx';
import { priced } from '../../lib/rates.ts';
import { useConditionWords } from './condition-words.ts';
import { useModelWords } from './words.ts';

type Entry = NonNullable<PriceSheet['rates']>[number];

type ConditionalFieldsProps = {
  readonly rates: readonly Entry[];
  readonly onChange: (rates: readonly Entry[]) => void;
  readonly locked: boolean;
};

/** A price with conditions, one card for each: the first whose conditions fit holds. The conditions themselves are edited as text. */
export function ConditionalFields({ rates, onChange, locked }: ConditionalFieldsProps) {
  const t = useModelWords();
  const wordsOf = useConditionWords();
  const fields = priced.filter(([, field]) => rates.some((entry) => entry[field] !== undefined));
  return (
    <ol className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-3">
      {rates.map((entry, index) => {
        const name = wordsOf(entry.when);
        return (
          // An entry has no name but its place.
          <li key={index}>
            <fieldset className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-3 rounded-md border border-line bg-sunken p-3">
              <legend className="float-start text-small font-semibold">{name}</legend>
              <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-3">
                {fields.map(([bucket, field]) => (
                  <DecimalField
                    key={field}
                    label={t(`bucket.${bucket}`)}
                    unit={buckets[bucket].per === 'million' ? t('usdPerMillion') : 'USD'}
                    value={entry[field] ?? null}
                    onChange={(rate) => onChange(rates.with(index, withEntryRate(entry, field, rate ?? '')))}
                    error={
                      entry[field] !== undefined && !usdSchema.safeParse(entry[field]).success
                        ? t('rateForm')
                        : undefined
                    }
                    disabled={locked}
                  />
                ))}
              </div>
            </fieldset>
          </li>
        );
      })}
    </ol>
  );
}

function withEntryRate(entry: Entry, field: RateField, rate: string): Entry {
  const { [field]: _before, ...rest } = entry;
  return rate === '' ? rest : { ...rest, [field]: rate };
}
