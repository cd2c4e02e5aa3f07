import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import type { Json } from '../../lib/changes.ts';
import { useFormWords } from '../form/words.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Select } from '../ui/select.tsx';
import { TagInput } from '../ui/tag-input.tsx';
import { TextField } from '../ui/text-field.tsx';
import { rowsOf, withField, type Row, type RowField } from './row-fields.ts';

type RowsFieldProps = {
  readonly label: string;
  readonly help?: string;
  readonly fields: readonly RowField[];
  /** The list as JSON. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean;
};

/** A list of things with fields, in an order that matters. */
export function RowsField({ label, help, fields, value, onChange, disabled = false }: RowsFieldProps) {
  const t = useFormWords();
  const rows = rowsOf(value);
  const write = (next: readonly Row[]): void => onChange(next.length === 0 ? '' : JSON.stringify(next));
  const move = (index: number, step: 1 | -1): void => {
    const row = rows[index];
    if (row !== undefined) write(rows.toSpliced(index, 1).toSpliced(index + step, 0, row));
  };
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="text-small font-medium">{label}</legend>
      {help !== undefined && <p className="text-small text-muted">{help}</p>}
      <ol className="grid gap-2">
        {rows.map((row, index) => (
          <li key={index} className="rounded-md border border-line p-3">
            <div className="mb-2 flex items-center justify-between">
              <span className="text-small text-muted">{t('rows.number', { number: index + 1 })}</span>
              <span className="flex">
                <IconButton
                  size="small"
                  icon={ArrowUp}
                  label={t('rows.up', { number: index + 1 })}
                  isDisabled={disabled || index === 0}
                  onPress={() => move(index, -1)}
                />
                <IconButton
                  size="small"
                  icon={ArrowDown}
                  label={t('rows.down', { number: index + 1 })}
                  isDisabled={disabled || index === rows.length - 1}
                  onPress={() => move(index, 1)}
                />
                <IconButton
                  size="small"
                  icon={Trash2}
                  label={t('rows.remove', { number: index + 1 })}
                  isDisabled={disabled}
                  onPress={() => write(rows.toSpliced(index, 1))}
                />
              </span>
            </div>
            <RowFields
              fields={fields}
              row={row}
              disabled={disabled}
              onChange={(next) => write(rows.with(index, next))}
            />
          </li>
        ))}
      </ol>
      {!disabled && (
        <div>
          <Button size="small" icon={Plus} onPress={() => write([...rows, fresh(fields)])}>
            {t('rows.add')}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** A new row: the first word where one must be chosen. */
const fresh = (fields: readonly RowField[]): Row =>
  Object.fromEntries(
    fields.flatMap(({ name, required, choices }) => (required && choices[0] !== undefined ? [[name, choices[0]]] : [])),
  );

type RowFieldsProps = {
  readonly fields: readonly RowField[];
  readonly row: Row;
  readonly disabled: boolean;
  readonly onChange: (row: Row) => void;
};

const RowFields = ({ fields, row, disabled, onChange }: RowFieldsProps) => (
  <div className="grid items-start gap-3 sm:grid-cols-2">
    {fields.map((field) => (
      <OneField
        key={field.name}
        field={field}
        value={row[field.name]}
        disabled={disabled}
        onChange={(value) => onChange(withField(row, field.name, value))}
      />
    ))}
  </div>
);

type OneFieldProps = {
  readonly field: RowField;
  readonly value: Json | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: Json) => void;
};

function OneField({ field, value, disabled, onChange }: OneFieldProps) {
  const t = useFormWords();
  const { label, required, kind, choices, fallback, fields } = field;
  switch (kind) {
    case 'choice': {
      const none = { value: '', label: typeof fallback === 'string' ? fallback : t('rows.none') };
      return (
        <Select
          label={label}
          required={required}
          disabled={disabled}
          choices={[
            ...(required ? [] : [none]),
            ...choices.filter((word) => word !== fallback).map((word) => ({ value: word, label: word })),
          ]}
          value={typeof value === 'string' && value !== fallback ? value : required ? null : ''}
          onChange={onChange}
        />
      );
    }
    case 'tags':
      return (
        <TagInput
          label={label}
          required={required}
          disabled={disabled}
          free={choices.length === 0}
          suggestions={choices.map((word) => ({ value: word, label: word }))}
          values={Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []}
          onChange={(words) => onChange([...words])}
        />
      );
    case 'object': {
      const inside = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
      return (
        <fieldset className="min-w-0 sm:col-span-2">
          <legend className="mb-1.5 text-small font-medium">{label}</legend>
          <div className="border-s-2 border-line ps-3">
            <RowFields
              // What a thing that may be absent needs is needed only where it is there.
              fields={fields.map((inner) => ({ ...inner, required: required && inner.required }))}
              row={inside}
              disabled={disabled}
              onChange={(row) => onChange({ ...row })}
            />
          </div>
        </fieldset>
      );
    }
    case 'text':
      return (
        <TextField
          label={label}
          isRequired={required}
          isDisabled={disabled}
          code
          spellCheck="false"
          placeholder={typeof fallback === 'string' ? fallback : ''}
          value={typeof value === 'string' ? value : ''}
          onChange={onChange}
        />
      );
  }
}
