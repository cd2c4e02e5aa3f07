import type { ModelView } from '@tollgate/contract/api/configuration';
import { Combobox } from '../../components/ui/combobox.tsx';
import { millionths, usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { plainRates, rateOf } from '../../lib/rates.ts';
import { useRights } from '../../lib/session.ts';
import { useGroupWords } from './words.ts';

type PriceChoiceProps = {
  readonly value: ModelView | undefined;
  readonly onChange: (model: ModelView | undefined) => void;
};

/** The model whose prices are shown in the table. */
export function PriceChoice({ value, onChange }: PriceChoiceProps) {
  const t = useGroupWords();
  const allowed = useRights().may('models:read');
  const models = useOperation('models.list', {}, { enabled: allowed });
  const priced = (models.data?.data ?? []).filter(({ current }) => (current?.price ?? undefined) !== undefined);
  if (!allowed) return null;
  return (
    <div className="mb-3 max-w-sm">
      <Combobox
        label={t('preview')}
        help={t('previewWhat')}
        placeholder={t('previewNone')}
        choices={priced.map(({ name }) => ({ value: name, label: name }))}
        value={value?.name ?? ''}
        onChange={(name) => onChange(priced.find((model) => model.name === name))}
      />
    </div>
  );
}

/** What a model costs times a multiplier: input and output, where no condition fits. */
export function PriceTimes({ model, factor }: { readonly model: ModelView; readonly factor: string }) {
  const price = model.current?.price;
  if (price === null || price === undefined) return null;
  const rates = plainRates(price);
  // A multiplier has six decimals, a rate nine.
  const times = (rate: bigint): string => usd(rate * millionths(factor), 15);
  return (
    <span className="block text-small text-muted tabular-nums">
      {`${times(rateOf(rates, 'inputText'))} / ${times(rateOf(rates, 'outputText'))}`}
    </span>
  );
}
