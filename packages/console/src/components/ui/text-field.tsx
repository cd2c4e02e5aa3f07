import { Eye, EyeOff, Search, X } from 'lucide-react';
import { useState, type Ref } from 'react';
import {
  Button as AriaButton,
  Group,
  Input,
  SearchField as AriaSearchField,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components';
import { given } from '../../lib/given.ts';
import { box, FieldLabel, FieldNotes, fieldStack, inputBox, type FieldProps } from './field.tsx';
import { useUiWords } from './words.ts';

type Base = FieldProps &
  Omit<AriaTextFieldProps, 'children' | 'className' | 'style' | 'isInvalid' | 'validate'> & {
    readonly placeholder?: string;
    readonly inputRef?: Ref<HTMLInputElement>;
    /** Written in a fixed width, such as ids and names of models. */
    readonly code?: boolean;
    /** Stands after the text, such as a unit. */
    readonly suffix?: string;
  };

/** A line of text. */
export function TextField({
  label,
  help,
  error,
  hideLabel,
  note,
  placeholder,
  inputRef,
  code = false,
  suffix,
  ...rest
}: Base) {
  const input = given({ placeholder, ref: inputRef });
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} validationBehavior="aria" className={fieldStack}>
      <FieldLabel label={label} hideLabel={hideLabel} note={note} />
      {suffix === undefined ? (
        <Input {...input} className={`${inputBox} ${code ? 'font-mono text-small' : ''}`} />
      ) : (
        <Group className={`${box} flex items-center`}>
          <Input {...input} className="min-w-0 grow bg-transparent px-2.5 py-1 outline-none" />
          <span className="pe-2.5 text-small whitespace-nowrap text-muted">{suffix}</span>
        </Group>
      )}
      <FieldNotes help={help} error={error} />
    </AriaTextField>
  );
}

/** A password or another secret: hidden until its eye is pressed; managers and paste work. */
export function PasswordField({ label, help, error, hideLabel, note, placeholder, inputRef, ...rest }: Base) {
  const t = useUiWords();
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <AriaTextField
      {...rest}
      type={shown ? 'text' : 'password'}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={fieldStack}
    >
      <FieldLabel label={label} hideLabel={hideLabel} note={note} />
      <Group className={`${box} flex items-center`}>
        <Input
          {...given({ placeholder, ref: inputRef })}
          className="min-w-0 grow bg-transparent px-2.5 py-1 outline-none"
        />
        <AriaButton
          aria-label={shown ? t('hide') : t('show')}
          onPress={() => setShown(!shown)}
          className="me-1 grid size-6 shrink-0 cursor-pointer place-items-center rounded-sm text-muted hover:text-ink pointer-coarse:size-9"
        >
          <Icon aria-hidden className="size-4" />
        </AriaButton>
      </Group>
      <FieldNotes help={help} error={error} />
    </AriaTextField>
  );
}

/** Text of several lines. */
export function TextArea({
  label,
  help,
  error,
  hideLabel,
  note,
  placeholder,
  rows = 4,
  code = false,
  ...rest
}: Omit<Base, 'inputRef' | 'suffix'> & { readonly rows?: number }) {
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} validationBehavior="aria" className={fieldStack}>
      <FieldLabel label={label} hideLabel={hideLabel} note={note} />
      <AriaTextArea
        rows={rows}
        {...given({ placeholder })}
        // Code reads from left to right in every language.
        {...(code && { dir: 'ltr' })}
        className={`${inputBox} resize-y py-1.5 leading-relaxed ${code ? 'font-mono text-small' : ''}`}
      />
      <FieldNotes help={help} error={error} />
    </AriaTextField>
  );
}

type SearchFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Enter was pressed. */
  readonly onSubmit?: (value: string) => void;
  readonly placeholder?: string;
  readonly className?: string;
};

/** Looks for something in what is shown. `/` puts the focus into the first one of a page. */
export function SearchField({
  label,
  value,
  onChange,
  onSubmit,
  placeholder,
  className = 'w-full sm:w-64',
}: SearchFieldProps) {
  const t = useUiWords();
  return (
    <AriaSearchField
      aria-label={label}
      value={value}
      onChange={onChange}
      {...given({ onSubmit })}
      className={`group ${className}`}
    >
      <Group className={`${box} flex items-center`}>
        <Search aria-hidden className="ms-2.5 size-4 shrink-0 text-muted" />
        <Input
          placeholder={placeholder ?? label}
          data-search-field
          className="min-w-0 grow bg-transparent px-2 py-1 outline-none [&::-webkit-search-cancel-button]:hidden"
        />
        <AriaButton
          aria-label={t('clear')}
          className="me-1 grid size-6 shrink-0 cursor-pointer place-items-center rounded-sm text-muted group-data-[empty]:invisible hover:text-ink pointer-coarse:size-9"
        >
          <X aria-hidden className="size-3.5" />
        </AriaButton>
      </Group>
    </AriaSearchField>
  );
}
