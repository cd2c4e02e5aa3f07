import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Text,
} from 'react-aria-components';
import { given } from '../../lib/given.ts';
import { box, FieldLabel, FieldNotes, fieldStack, type FieldProps } from './field.tsx';
import { optionClass } from './menu.tsx';
import { popup } from './overlay.ts';
import { useUiWords } from './words.ts';

export type Choice<Value extends string = string> = {
  readonly value: Value;
  readonly label: string;
  /** A second line. */
  readonly detail?: string;
  readonly disabled?: boolean;
};

type SelectProps<Value extends string> = FieldProps & {
  readonly choices: readonly Choice<Value>[];
  /** Null while nothing is chosen. */
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly onBlur?: () => void;
  readonly name?: string;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string;
  /** For toolbars: the label stands before it, and it is as wide as its value. */
  readonly inline?: boolean;
};

/** One of several. For two or three that matter use `Segmented` or `RadioGroup`; for many that are searched, `Combobox`. */
export function Select<Value extends string>({
  label,
  help,
  error,
  hideLabel,
  note,
  choices,
  value,
  onChange,
  onBlur,
  name,
  disabled = false,
  required = false,
  placeholder,
  inline = false,
}: SelectProps<Value>) {
  const t = useUiWords();
  return (
    <AriaSelect
      {...given({ name, onBlur })}
      value={value}
      onChange={(chosen) => {
        const found = choices.find((choice) => choice.value === chosen);
        if (found !== undefined) onChange(found.value);
      }}
      isDisabled={disabled}
      isRequired={required}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      placeholder={placeholder ?? t('choose')}
      disabledKeys={choices.filter((choice) => choice.disabled === true).map((choice) => choice.value)}
      className={inline ? 'flex max-w-full items-center gap-2' : fieldStack}
    >
      {inline ? (
        <Label className="text-small whitespace-nowrap text-muted">{label}</Label>
      ) : (
        <FieldLabel label={label} hideLabel={hideLabel} note={note} />
      )}
      <AriaButton className={`${box} flex cursor-pointer items-center justify-between gap-2 ps-2.5 pe-2 text-start`}>
        <SelectValue className="min-w-0 truncate">
          {({ isPlaceholder, selectedText, defaultChildren }) => (isPlaceholder ? defaultChildren : selectedText)}
        </SelectValue>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </AriaButton>
      <FieldNotes help={help} error={error} />
      <Popover className={`${popup} min-w-(--trigger-width)`} offset={4}>
        <ListBox className="max-h-80 overflow-y-auto p-1 outline-none">
          {choices.map((choice) => (
            <Option key={choice.value} choice={choice} />
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** A row that can be chosen. */
export function Option({
  choice: { value, label, detail },
  children,
}: {
  readonly choice: Choice;
  readonly children?: ReactNode;
}) {
  return (
    <ListBoxItem id={value} textValue={label} className={optionClass}>
      {({ isSelected }) => (
        <>
          <span className="flex min-w-0 grow flex-col">
            <Text slot="label" className="wrap-anywhere">
              {children ?? label}
            </Text>
            {detail !== undefined && (
              <Text slot="description" className="text-xs text-muted">
                {detail}
              </Text>
            )}
          </span>
          <Check aria-hidden className={`size-4 shrink-0 text-accent ${isSelected ? '' : 'invisible'}`} />
        </>
      )}
    </ListBoxItem>
  );
}
