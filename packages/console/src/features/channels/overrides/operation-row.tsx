import type { Mistake, OverrideMode } from '@tollgate/contract/api/overrides';
import { ArrowDown, ArrowUp, Copy, Trash2 } from 'lucide-react';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { TextArea, TextField } from '../../../components/ui/text-field.tsx';
import { Checkbox } from '../../../components/ui/toggles.tsx';
import { Conditions } from './conditions.tsx';
import type { OperationDraft } from './draft.ts';
import { Mistakes } from './mistakes.tsx';
import { modesInOrder, takes, type OperationField } from './modes.ts';
import { useOverrideWords } from './words.ts';

type OperationRowProps = {
  readonly operation: OperationDraft;
  readonly number: number;
  readonly first: boolean;
  readonly last: boolean;
  readonly writes: boolean;
  readonly mistakes: readonly Mistake[];
  readonly place: string;
  readonly onChange: (patch: Partial<OperationDraft>) => void;
  readonly onMove: (step: 1 | -1) => void;
  readonly onCopy: () => void;
  readonly onDrop: () => void;
};

/** One operation: what it does, on what, and when. */
export function OperationRow(props: OperationRowProps) {
  const { operation, number, first, last, writes, mistakes, place, onChange, onMove, onCopy, onDrop } = props;
  const t = useOverrideWords();
  return (
    <li className="grid gap-3 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="w-6 text-small text-muted tabular-nums">{number}</span>
        <div className="w-60 max-w-full min-w-0 max-sm:grow">
          <Select
            label={t('operation.mode', { number })}
            hideLabel
            disabled={!writes}
            choices={modesInOrder.map((mode) => ({ value: mode, label: t(`mode.${mode}`), detail: mode }))}
            value={operation.mode}
            onChange={(mode: OverrideMode) => onChange({ mode })}
          />
        </div>
        {writes && (
          <span className="ms-auto flex">
            <IconButton
              size="small"
              icon={ArrowUp}
              label={t('operation.up', { number })}
              isDisabled={first}
              onPress={() => onMove(-1)}
            />
            <IconButton
              size="small"
              icon={ArrowDown}
              label={t('operation.down', { number })}
              isDisabled={last}
              onPress={() => onMove(1)}
            />
            <IconButton size="small" icon={Copy} label={t('operation.copy', { number })} onPress={onCopy} />
            <IconButton size="small" icon={Trash2} label={t('operation.drop', { number })} onPress={onDrop} />
          </span>
        )}
      </div>
      <OperationFields operation={operation} writes={writes} onChange={onChange} />
      <Conditions operation={operation} writes={writes} onChange={onChange} />
      <Mistakes mistakes={mistakes} below={place} />
    </li>
  );
}

type OperationFieldsProps = {
  readonly operation: OperationDraft;
  readonly writes: boolean;
  readonly onChange: (patch: Partial<OperationDraft>) => void;
};

/** The fields that operations of its mode take. */
function OperationFields({ operation, writes, onChange }: OperationFieldsProps) {
  const t = useOverrideWords();
  const { group, fields } = takes[operation.mode];
  const has = (field: OperationField): boolean => fields.includes(field);
  const ofHeaders = group === 'headers';
  // What is a list or an object is written over several lines.
  const large =
    ['return_error', 'prune_objects', 'pass_headers'].includes(operation.mode) || operation.value.includes('\n');
  const shared = { code: true, isDisabled: !writes, spellCheck: 'false' } as const;
  return (
    <div className="grid items-start gap-3 sm:grid-cols-2">
      {has('path') && (
        <TextField
          {...shared}
          label={t(ofHeaders ? 'field.header' : 'field.path')}
          placeholder={ofHeaders ? 'x-team' : 'metadata.user'}
          value={operation.path}
          onChange={(path) => onChange({ path })}
        />
      )}
      {has('from') && (
        <TextField
          {...shared}
          label={t(operation.mode === 'regex_replace' ? 'field.pattern' : 'field.from')}
          value={operation.from}
          onChange={(from) => onChange({ from })}
        />
      )}
      {has('to') && (
        <TextField
          {...shared}
          label={t(operation.mode.includes('replace') ? 'field.replacement' : 'field.to')}
          value={operation.to}
          onChange={(to) => onChange({ to })}
        />
      )}
      {has('value') &&
        (large ? (
          <div className="sm:col-span-2">
            <TextArea
              {...shared}
              rows={Math.min(10, Math.max(3, operation.value.split('\n').length))}
              label={t('field.value')}
              help={t(`valueHelp.${valueHelp(operation.mode)}`)}
              value={operation.value}
              onChange={(value) => onChange({ value })}
            />
          </div>
        ) : (
          <TextField
            {...shared}
            label={t('field.value')}
            help={t('valueHelp.json')}
            value={operation.value}
            onChange={(value) => onChange({ value })}
          />
        ))}
      {has('keep') && (
        <div className="self-center">
          <Checkbox
            label={t('field.keep')}
            disabled={!writes}
            value={operation.keepOrigin}
            onChange={(keepOrigin) => onChange({ keepOrigin })}
          />
        </div>
      )}
    </div>
  );
}

const valueHelp = (mode: OverrideMode): 'json' | 'return_error' | 'prune_objects' | 'pass_headers' =>
  mode === 'return_error' || mode === 'prune_objects' || mode === 'pass_headers' ? mode : 'json';
