import { buckets, type RateField } from '@tollgate/contract/buckets';
import { usdSchema, type PriceSheet } from '@tollgate/contract/price';
import { Plus, Trash2 } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { DecimalField, NumberField } from '../../components/ui/number-field.tsx';
import { priced } from '../../lib/rates.ts';
import { useModelWords } from './words.ts';

type Tier = NonNullable<PriceSheet['tiers']>[number];

/** As the contract has it. */
const mostTiers = 20;
/** What a first tier begins with: where vendors mostly draw the line. */
const firstAbove = 200_000;

type TierFieldsProps = {
  readonly price: PriceSheet;
  readonly onChange: (price: PriceSheet) => void;
  readonly locked: boolean;
};

/** The rates for longer inputs: each tier with the rates that the price names, empty where they stay the same. */
export function TierFields({ price, onChange, locked }: TierFieldsProps) {
  const t = useModelWords();
  const { tiers = [], ...flat } = price;
  const put = (next: readonly Tier[]): void => onChange(next.length === 0 ? flat : { ...flat, tiers: [...next] });
  const fields = priced.filter(
    ([, field]) => price[field] !== undefined || tiers.some((tier) => tier[field] !== undefined),
  );
  if (locked && tiers.length === 0) return null;
  return (
    <fieldset className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-3">
      <legend className="text-small font-semibold">{t('tiers.title')}</legend>
      {tiers.length > 0 && <p className="text-small text-muted">{t('tiers.what')}</p>}
      {tiers.map((tier, index) => (
        // Tiers have no name but their place.
        <div
          key={index}
          className="grid grid-cols-[minmax(0,1fr)] items-start gap-3 rounded-md border border-line bg-sunken p-3"
        >
          <div className="flex items-end justify-between gap-3">
            <NumberField
              label={t('tiers.above')}
              unit={t('tokensUnit')}
              value={tier.above}
              min={1}
              max={1e9}
              step={1000}
              disabled={locked}
              error={tier.above <= (tiers[index - 1]?.above ?? 0) ? t('tiers.order') : undefined}
              onChange={(above) => put(tiers.with(index, { ...tier, above: above ?? 1 }))}
            />
            {!locked && (
              <IconButton icon={Trash2} label={t('tiers.remove')} onPress={() => put(tiers.toSpliced(index, 1))} />
            )}
          </div>
          <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {fields.map(([bucket, field]) => (
              <DecimalField
                key={field}
                label={t(`bucket.${bucket}`)}
                unit={buckets[bucket].per === 'million' ? t('usdPerMillion') : 'USD'}
                value={tier[field] ?? null}
                onChange={(rate) => put(tiers.with(index, withTierRate(tier, field, rate ?? '')))}
                error={
                  tier[field] !== undefined && !usdSchema.safeParse(tier[field]).success ? t('rateForm') : undefined
                }
                disabled={locked}
              />
            ))}
          </div>
        </div>
      ))}
      {!locked && tiers.length < mostTiers && (
        <div>
          <Button size="small" icon={Plus} onPress={() => put([...tiers, nextTier(price, tiers.at(-1))])}>
            {t('tiers.add')}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** The one after the last: twice as long, at the rates of the price. */
function nextTier(price: PriceSheet, last: Tier | undefined): Tier {
  const { input, output } = last ?? price;
  return {
    above: last === undefined ? firstAbove : last.above * 2,
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
  };
}

function withTierRate(tier: Tier, field: RateField, rate: string): Tier {
  const { [field]: _before, above, ...rest } = tier;
  return rate === '' ? { above, ...rest } : { above, ...rest, [field]: rate };
}
