import { Minus, Plus } from 'lucide-react';
import { Button as AriaButton, Group, Input, NumberField as AriaNumberField } from 'react-aria-components';
import { given } from '../../lib/given.ts';
import { box, FieldLabel, FieldNotes, fieldStack, type FieldProps } from './field.tsx';
import { TextField } from './text-field.tsx';

type NumberFieldProps = FieldProps & {
  /** Null while it is empty. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly onBlur?: () => void;
  readonly name?: string;
  readonly min?: number;
  readonly max?: number;
  /** How far arrows and buttons go; what is typed in need not be a multiple of that. */
  readonly step?: number;
  /** What is counted, such as `ms`. */
  readonly unit?: string;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string;
};

const step =
  'grid w-7 shrink-0 cursor-pointer place-items-center self-stretch text-muted hover:bg-hover hover:text-ink disabled:opacity-40';

/** A number as the reader's language writes it; arrows, Page Up and the wheel change it. */
export function NumberField({
  label,
  help,
  error,
  hideLabel,
  note,
  value,
  onChange,
  onBlur,
  name,
  min,
  max,
  step: by,
  unit,
  disabled = false,
  required = false,
  placeholder,
}: NumberFieldProps) {
  return (
    <AriaNumberField
      {...given({ name, onBlur, minValue: min, maxValue: max, step: by })}
      // The kit's word for an empty field.
      value={value ?? Number.NaN}
      onChange={(entered) => onChange(Number.isNaN(entered) ? null : within(entered, min, max))}
      // The kit would round what was typed in, and what is shown, to the nearest step.
      commitBehavior="validate"
      isDisabled={disabled}
      isRequired={required}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={fieldStack}
    >
      <FieldLabel label={label} hideLabel={hideLabel} note={note} />
      <Group className={`${box} flex items-center overflow-hidden`}>
        <Input
          {...given({ placeholder })}
          className="min-w-0 grow bg-transparent px-2.5 py-1 tabular-nums outline-none"
        />
        {unit !== undefined && unit !== '' && (
          <span className="pe-2 text-small whitespace-nowrap text-muted">{unit}</span>
        )}
        <AriaButton slot="decrement" className={step}>
          <Minus aria-hidden className="size-3" />
        </AriaButton>
        <AriaButton slot="increment" className={step}>
          <Plus aria-hidden className="size-3" />
        </AriaButton>
      </Group>
      <FieldNotes help={help} error={error} />
    </AriaNumberField>
  );
}

const within = (value: number, min = -Infinity, max = Infinity): number => Math.min(max, Math.max(min, value));

type DecimalFieldProps = FieldProps & {
  /** A decimal text, such as `0.075`: exact, never a float. Null while it is empty. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly onBlur?: () => void;
  readonly name?: string;
  readonly unit?: string;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string;
  readonly negative?: boolean;
};

/** An amount of money or a factor, kept as the text it is. What is pasted with a currency sign or spaces is cleaned. */
export function DecimalField({
  value,
  onChange,
  unit,
  disabled = false,
  required = false,
  negative = false,
  ...rest
}: DecimalFieldProps) {
  return (
    <TextField
      {...given(rest)}
      {...given({ suffix: unit })}
      inputMode="decimal"
      autoComplete="off"
      isDisabled={disabled}
      isRequired={required}
      value={value ?? ''}
      onChange={(text) => {
        const clean = text.replaceAll(/[\s$€¥_]/g, '').replace(',', '.');
        const allowed = negative ? clean.replaceAll(/(?!^)-|[^\d.-]/g, '') : clean.replaceAll(/[^\d.]/g, '');
        onChange(allowed === '' ? null : allowed);
      }}
    />
  );
}

/** USD as a decimal text. */
export const MoneyField = (props: Omit<DecimalFieldProps, 'unit'>) => <DecimalField {...props} unit="USD" />;
