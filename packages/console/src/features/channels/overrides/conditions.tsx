import { conditionModes } from '@tollgate/contract/api/overrides';
import { Plus, X } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { Combobox } from '../../../components/ui/combobox.tsx';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { TextField } from '../../../components/ui/text-field.tsx';
import { Checkbox } from '../../../components/ui/toggles.tsx';
import { newId, type ConditionDraft, type OperationDraft } from './draft.ts';
import { useOverrideWords } from './words.ts';

/** What is known of a request beside its body. */
const known = [
  'model',
  'upstream_model',
  'original_model',
  'stream',
  'request_path',
  'retry.index',
  'retry.is_retry',
  'last_error.status_code',
  'last_error.code',
  'is_channel_test',
].map((value) => ({ value, label: value }));

type ConditionsProps = {
  readonly operation: OperationDraft;
  readonly writes: boolean;
  readonly onChange: (patch: Partial<OperationDraft>) => void;
};

/** When an operation happens: always, when all conditions hold, or when one does. */
export function Conditions({ operation: { conditions, logic }, writes, onChange }: ConditionsProps) {
  const t = useOverrideWords();
  const put = (id: number, patch: Partial<ConditionDraft>): void =>
    onChange({ conditions: conditions.map((one) => (one.id === id ? { ...one, ...patch } : one)) });
  const add = (): void =>
    onChange({
      conditions: [
        ...conditions,
        { id: newId(), path: 'model', mode: 'full', value: '', invert: false, missing: false },
      ],
    });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-small font-medium">{t('when.title')}</span>
        {conditions.length === 0 && <span className="text-small text-muted">{t('when.always')}</span>}
        {conditions.length > 1 && (
          <Segmented
            label={t('when.logic')}
            value={logic}
            onChange={(next) => onChange({ logic: next })}
            segments={[
              { value: 'AND', label: t('when.all') },
              { value: 'OR', label: t('when.one') },
            ]}
          />
        )}
        {writes && (
          <Button size="small" look="quiet" icon={Plus} onPress={add}>
            {t('when.add')}
          </Button>
        )}
      </div>
      {conditions.map((condition) => (
        <ConditionRow
          key={condition.id}
          condition={condition}
          writes={writes}
          onChange={(patch) => put(condition.id, patch)}
          onDrop={() => onChange({ conditions: conditions.filter(({ id }) => id !== condition.id) })}
        />
      ))}
    </div>
  );
}

type ConditionRowProps = {
  readonly condition: ConditionDraft;
  readonly writes: boolean;
  readonly onChange: (patch: Partial<ConditionDraft>) => void;
  readonly onDrop: () => void;
};

function ConditionRow({ condition, writes, onChange, onDrop }: ConditionRowProps) {
  const t = useOverrideWords();
  return (
    <div className="grid gap-2 border-s-2 border-line ps-3">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-2 sm:grid-cols-[minmax(0,4fr)_minmax(0,3fr)_minmax(0,4fr)_auto]">
        <Combobox
          label={t('when.path')}
          hideLabel
          free
          disabled={!writes}
          choices={known}
          value={condition.path}
          onChange={(path) => onChange({ path })}
        />
        <div className="max-sm:row-start-2">
          <Select
            label={t('when.mode')}
            hideLabel
            disabled={!writes}
            choices={conditionModes.map((mode) => ({ value: mode, label: t(`conditionMode.${mode}`) }))}
            value={condition.mode}
            onChange={(mode) => onChange({ mode })}
          />
        </div>
        <div className="max-sm:col-span-2 max-sm:row-start-3">
          <TextField
            label={t('when.value', { path: condition.path })}
            hideLabel
            code
            placeholder={t('field.value')}
            isDisabled={!writes}
            value={condition.value}
            onChange={(value) => onChange({ value })}
          />
        </div>
        <div className="max-sm:col-start-2 max-sm:row-start-1">
          <IconButton icon={X} label={t('when.drop')} isDisabled={!writes} onPress={onDrop} />
        </div>
      </div>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        <Checkbox
          label={t('when.invert')}
          disabled={!writes}
          value={condition.invert}
          onChange={(invert) => onChange({ invert })}
        />
        <Checkbox
          label={t('when.missing')}
          disabled={!writes}
          value={condition.missing}
          onChange={(missing) => onChange({ missing })}
        />
      </div>
    </div>
  );
}
