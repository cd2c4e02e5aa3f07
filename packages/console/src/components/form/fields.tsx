import { useController, type FieldValues, type Path } from 'react-hook-form';
import { afterPress } from '../../lib/after-press.ts';
import { Combobox } from '../ui/combobox.tsx';
import { DecimalField, NumberField } from '../ui/number-field.tsx';
import { Select, type Choice } from '../ui/select.tsx';
import { TagInput } from '../ui/tag-input.tsx';
import { PasswordField, TextArea, TextField } from '../ui/text-field.tsx';
import { Checkbox, RadioGroup, Switch } from '../ui/toggles.tsx';
import { PasswordStrength } from './password-strength.tsx';
import type { SchemaForm } from './use-schema-form.ts';

export type Bound<V extends FieldValues> = {
  readonly form: SchemaForm<V>;
  readonly name: Path<V>;
  readonly label: string;
  readonly help?: string;
};

/** What joins a part of components/ui to a field of a form. */
export function useBound<V extends FieldValues>({ form, name }: Pick<Bound<V>, 'form' | 'name'>) {
  const { field, fieldState } = useController({ control: form.control, name });
  return {
    ref: field.ref,
    name: field.name,
    value: field.value as unknown,
    onChange: (value: unknown) => field.onChange(value),
    onBlur: () => afterPress(field.onBlur),
    error: fieldState.error?.message,
  };
}

type FormTextProps<V extends FieldValues> = Bound<V> & {
  readonly type?: 'text' | 'email' | 'url' | 'date';
  readonly autoComplete?: string;
  readonly inputMode?: 'decimal' | 'numeric' | 'url' | 'email';
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  readonly placeholder?: string;
  readonly suffix?: string;
  readonly code?: boolean;
  readonly maxLength?: number;
  /** What an empty field stands for; default is the empty text. */
  readonly empty?: null | undefined | '';
};

export function FormText<V extends FieldValues>({
  form,
  name,
  required = false,
  empty = '',
  type = 'text',
  ...rest
}: FormTextProps<V>) {
  const { ref, value, onChange, ...bound } = useBound({ form, name });
  return (
    <TextField
      {...rest}
      {...bound}
      type={type}
      inputRef={ref}
      isRequired={required}
      spellCheck="false"
      value={typeof value === 'string' ? value : ''}
      onChange={(text) => onChange(text === '' ? empty : text)}
    />
  );
}

export function FormPassword<V extends FieldValues>({
  form,
  name,
  required = false,
  ...rest
}: Bound<V> & { readonly autoComplete: string; readonly required?: boolean }) {
  const { ref, value, ...bound } = useBound({ form, name });
  const text = typeof value === 'string' ? value : '';
  return (
    <>
      <PasswordField {...rest} {...bound} inputRef={ref} isRequired={required} value={text} />
      {rest.autoComplete === 'new-password' && <PasswordStrength password={text} />}
    </>
  );
}

type FormChoiceProps<V extends FieldValues> = Bound<V> & {
  readonly choices: readonly Choice[];
  readonly disabled?: boolean;
  readonly required?: boolean;
};

export function FormSelect<V extends FieldValues>({ form, name, ...rest }: FormChoiceProps<V>) {
  const { ref: _ref, value, ...bound } = useBound({ form, name });
  return <Select {...rest} {...bound} value={typeof value === 'string' ? value : null} />;
}

export function FormRadios<V extends FieldValues>({
  form,
  name,
  ...rest
}: FormChoiceProps<V> & { readonly cards?: boolean }) {
  const { ref: _ref, value, ...bound } = useBound({ form, name });
  const choices = rest.choices.map(({ detail, ...choice }) => ({
    ...choice,
    ...(detail !== undefined && { help: detail }),
  }));
  return <RadioGroup {...rest} {...bound} choices={choices} value={typeof value === 'string' ? value : null} />;
}

type FormComboboxProps<V extends FieldValues> = FormChoiceProps<V> & {
  readonly free?: boolean;
  readonly placeholder?: string;
  readonly empty?: null | undefined | '';
};

export function FormCombobox<V extends FieldValues>({ form, name, empty = '', ...rest }: FormComboboxProps<V>) {
  const { ref: _ref, value, onChange, ...bound } = useBound({ form, name });
  return (
    <Combobox
      {...rest}
      {...bound}
      value={typeof value === 'string' ? value : ''}
      onChange={(text) => onChange(text === '' ? empty : text)}
    />
  );
}

type FormTagsProps<V extends FieldValues> = Bound<V> & {
  readonly suggestions?: readonly Choice[];
  readonly free?: boolean;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  /** What an empty list stands for, such as null for `all`. */
  readonly empty?: null | undefined | readonly [];
};

export function FormTags<V extends FieldValues>({ form, name, empty = [], ...rest }: FormTagsProps<V>) {
  const { ref: _ref, value, onChange, ...bound } = useBound({ form, name });
  const values = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  return (
    <TagInput {...rest} {...bound} values={values} onChange={(next) => onChange(next.length === 0 ? empty : next)} />
  );
}

type FormToggleProps<V extends FieldValues> = Bound<V> & { readonly disabled?: boolean };

export function FormCheckbox<V extends FieldValues>({ form, name, ...rest }: FormToggleProps<V>) {
  const { ref: _ref, value, ...bound } = useBound({ form, name });
  return <Checkbox {...rest} {...bound} value={value === true} />;
}

export function FormSwitch<V extends FieldValues>({ form, name, ...rest }: FormToggleProps<V>) {
  const { ref: _ref, value, ...bound } = useBound({ form, name });
  return <Switch {...rest} {...bound} value={value === true} />;
}

type FormNumberProps<V extends FieldValues> = Bound<V> & {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly unit?: string;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string;
};

export function FormNumber<V extends FieldValues>({ form, name, ...rest }: FormNumberProps<V>) {
  const { ref: _ref, value, ...bound } = useBound({ form, name });
  return <NumberField {...rest} {...bound} value={typeof value === 'number' ? value : null} />;
}

type FormDecimalProps<V extends FieldValues> = Bound<V> & {
  readonly unit?: string;
  readonly negative?: boolean;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string;
};

/** Money and factors: decimal texts. Empty is null. */
export function FormDecimal<V extends FieldValues>({ form, name, ...rest }: FormDecimalProps<V>) {
  const { ref: _ref, value, ...bound } = useBound({ form, name });
  return <DecimalField {...rest} {...bound} value={typeof value === 'string' ? value : null} />;
}

export function FormTextArea<V extends FieldValues>({
  form,
  name,
  empty = '',
  ...rest
}: Bound<V> & {
  readonly rows?: number;
  readonly code?: boolean;
  readonly disabled?: boolean;
  readonly empty?: null | undefined | '';
}) {
  const { ref: _ref, value, onChange, ...bound } = useBound({ form, name });
  const { disabled = false, ...look } = rest;
  return (
    <TextArea
      {...look}
      {...bound}
      isDisabled={disabled}
      value={typeof value === 'string' ? value : ''}
      onChange={(text) => onChange(text === '' ? empty : text)}
    />
  );
}
