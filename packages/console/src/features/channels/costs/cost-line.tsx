import { X } from 'lucide-react';
import { Combobox } from '../../../components/ui/combobox.tsx';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { DecimalField } from '../../../components/ui/number-field.tsx';
import { useChannelWords } from '../words.ts';
import { isConditional, shownRates, type CostMistake, type CostRow } from './draft.ts';

type CostLineProps = {
  readonly row: CostRow;
  readonly mistake: CostMistake | undefined;
  /** Names that are suggested. */
  readonly models: readonly string[];
  readonly writes: boolean;
  readonly onChange: (row: CostRow) => void;
  readonly onRemove: () => void;
};

/** What a provider charges for one model. */
export function CostLine({ row, mistake, models, writes, onChange, onRemove }: CostLineProps) {
  const t = useChannelWords();
  const more = Object.keys(row.rest).length > 0;
  return (
    <li className="grid gap-x-2 gap-y-1 border-b border-line pb-3 last:border-b-0 last:pb-0">
      <div className="grid grid-cols-2 items-end gap-2 md:grid-cols-[minmax(12rem,2fr)_repeat(5,minmax(0,1fr))_auto]">
        <div className="max-md:col-span-2">
          <Combobox
            label={t('costs.model')}
            choices={models.map((model) => ({ value: model, label: model }))}
            value={row.model}
            onChange={(model) => onChange({ ...row, model })}
            disabled={!writes}
            free
          />
        </div>
        {shownRates.map((rate) => (
          <DecimalField
            key={rate}
            label={t(`costs.rate.${rate}`)}
            disabled={!writes || isConditional(row)}
            value={row.rates[rate] === '' ? null : row.rates[rate]}
            onChange={(usd) => onChange({ ...row, rates: { ...row.rates, [rate]: usd ?? '' } })}
          />
        ))}
        <IconButton icon={X} label={t('costs.remove', { model: row.model })} isDisabled={!writes} onPress={onRemove} />
      </div>
      {mistake !== undefined && <p className="text-small text-danger">{t(`costs.mistake.${mistake}`)}</p>}
      {more && <p className="text-small text-muted">{t(isConditional(row) ? 'costs.conditional' : 'costs.more')}</p>}
    </li>
  );
}
