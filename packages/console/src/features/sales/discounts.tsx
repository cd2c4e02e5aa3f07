import { Plus, X } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { DecimalField, NumberField } from '../../components/ui/number-field.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import type { MethodDraft } from './method-draft.ts';
import { useSaleWords } from './words.ts';

type Discount = MethodDraft['discounts'][number];

type DiscountsProps = {
  readonly discounts: readonly Discount[];
  readonly onChange: (discounts: readonly Discount[]) => void;
};

/** Less for who buys more, or is of a group. */
export function Discounts({ discounts, onChange }: DiscountsProps) {
  const t = useSaleWords();
  const edit = (at: number, patch: Partial<Discount>): void =>
    onChange(discounts.map((one, index) => (index === at ? { ...one, ...patch } : one)));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-small font-medium">{t('methods.discounts')}</legend>
      {discounts.map((one, at) => (
        // Lines have nothing of their own to be known by, and are not moved.
        <div key={at} className="grid grid-cols-2 items-end gap-2 sm:grid-cols-[1fr_1fr_9.5rem]">
          <DecimalField
            label={t('methods.discountFrom')}
            unit="USD"
            value={one.fromUsd}
            onChange={(fromUsd) => edit(at, { fromUsd: fromUsd ?? '0' })}
          />
          <TextField
            label={t('methods.discountGroup')}
            value={one.group}
            onChange={(group) => edit(at, { group })}
            placeholder={t('methods.discountAnyone')}
          />
          <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2">
            <NumberField
              label={t('methods.discountPercent')}
              min={1}
              max={99}
              value={one.percent}
              onChange={(percent) => edit(at, { percent: percent ?? 1 })}
            />
            <IconButton
              icon={X}
              label={t('methods.discountRemove')}
              onPress={() => onChange(discounts.filter((_, index) => index !== at))}
            />
          </div>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={Plus}
          onPress={() => onChange([...discounts, { fromUsd: '100', group: '', percent: 5 }])}
        >
          {t('methods.discountAdd')}
        </Button>
      </div>
    </fieldset>
  );
}
