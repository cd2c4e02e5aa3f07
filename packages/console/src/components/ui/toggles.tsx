import { Check, CircleAlert, Minus } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import {
  Checkbox as AriaCheckbox,
  Radio,
  RadioGroup as AriaRadioGroup,
  Switch as AriaSwitch,
} from 'react-aria-components';
import { given } from '../../lib/given.ts';
import { FieldLabel, FieldNotes, fieldStack, type FieldProps } from './field.tsx';

type ToggleProps = {
  /** What is on when it is on. */
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
  readonly hideLabel?: boolean;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly onBlur?: () => void;
  readonly name?: string;
  readonly disabled?: boolean;
};

const row = 'group flex cursor-pointer items-start gap-2.5 text-sm disabled:cursor-not-allowed disabled:text-muted';

function Below({
  id,
  help,
  error,
}: {
  readonly id: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
}) {
  if (help === undefined && error === undefined) return null;
  return (
    <div id={id} className="text-small">
      {error !== undefined && (
        <p className="flex items-start gap-1.5 text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {error}
        </p>
      )}
      {help !== undefined && <p className="text-muted">{help}</p>}
    </div>
  );
}

/** Something that is in force at once when it is pressed. In a form that is sent later it is a `Checkbox`. */
export function Switch({
  label,
  help,
  error,
  hideLabel = false,
  value,
  onChange,
  onBlur,
  name,
  disabled = false,
}: ToggleProps) {
  const id = useId();
  return (
    <div>
      <AriaSwitch
        {...given({ name, onBlur })}
        {...(help !== undefined && { 'aria-describedby': id })}
        isSelected={value}
        onChange={onChange}
        isDisabled={disabled}
        className={row}
      >
        <span className="mt-px flex h-4.5 w-8 shrink-0 items-center rounded-full border border-field bg-sunken px-px transition-colors group-selected:border-accent group-selected:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-accent group-disabled:opacity-50">
          <span className="size-3.5 rounded-full bg-field transition-transform group-selected:translate-x-3.5 group-selected:bg-accent-ink rtl:group-selected:-translate-x-3.5" />
        </span>
        <span className={hideLabel ? 'sr-only' : ''}>{label}</span>
      </AriaSwitch>
      <div className="ps-10.5">
        <Below id={id} help={help} error={error} />
      </div>
    </div>
  );
}

/** Yes or no in a form, or a row that is chosen. */
export function Checkbox({
  label,
  help,
  error,
  hideLabel = false,
  value,
  onChange,
  onBlur,
  name,
  disabled = false,
  some = false,
}: ToggleProps & { /** Some of what it stands for are on. */ readonly some?: boolean }) {
  const id = useId();
  return (
    <div>
      <AriaCheckbox
        {...given({ name, onBlur })}
        {...(help !== undefined && { 'aria-describedby': id })}
        isSelected={value}
        isIndeterminate={some}
        onChange={onChange}
        isDisabled={disabled}
        isInvalid={error !== undefined}
        validationBehavior="aria"
        className={row}
      >
        {({ isSelected, isIndeterminate }) => (
          <>
            <span className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-[4px] border border-field bg-surface text-accent-ink transition-colors group-selected:border-accent group-selected:bg-accent group-indeterminate:border-accent group-indeterminate:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-accent group-disabled:opacity-50">
              {isIndeterminate ? (
                <Minus aria-hidden className="size-3" />
              ) : (
                isSelected && <Check aria-hidden className="size-3" strokeWidth={3} />
              )}
            </span>
            <span className={hideLabel ? 'sr-only' : 'font-medium'}>{label}</span>
          </>
        )}
      </AriaCheckbox>
      <div className="ps-6.5">
        <Below id={id} help={help} error={error} />
      </div>
    </div>
  );
}

type RadioChoice<Value extends string> = { readonly value: Value; readonly label: string; readonly help?: string };

type RadioGroupProps<Value extends string> = FieldProps & {
  readonly choices: readonly RadioChoice<Value>[];
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly onBlur?: () => void;
  readonly name?: string;
  readonly disabled?: boolean;
  /** As cards, for choices that need their consequences said. */
  readonly cards?: boolean;
};

/** One of a few, all of them seen at once. */
export function RadioGroup<Value extends string>({
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
  cards = false,
}: RadioGroupProps<Value>) {
  return (
    <AriaRadioGroup
      {...given({ name, onBlur })}
      value={value}
      onChange={(chosen) => {
        const found = choices.find((choice) => choice.value === chosen);
        if (found !== undefined) onChange(found.value);
      }}
      isDisabled={disabled}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={fieldStack}
    >
      <FieldLabel label={label} hideLabel={hideLabel} note={note} />
      <div className={cards ? 'grid gap-2 sm:grid-cols-[repeat(auto-fit,minmax(12rem,1fr))]' : 'grid gap-1.5'}>
        {choices.map((choice) => (
          <Radio
            key={choice.value}
            value={choice.value}
            className={`${row} ${cards ? 'rounded-md border border-line bg-surface p-3 hover:bg-hover selected:border-accent selected:bg-accent-wash' : ''}`}
          >
            <span className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-field bg-surface group-selected:border-accent group-selected:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-accent">
              <span className="size-1.5 rounded-full group-selected:bg-accent-ink" />
            </span>
            <span className="min-w-0">
              <span className="block font-medium">{choice.label}</span>
              {choice.help !== undefined && <span className="block text-small text-muted">{choice.help}</span>}
            </span>
          </Radio>
        ))}
      </div>
      <FieldNotes help={help} error={error} />
    </AriaRadioGroup>
  );
}
