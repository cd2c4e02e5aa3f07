import { ChevronsUpDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import {
  Button as AriaButton,
  ComboBox as AriaComboBox,
  Group,
  Input,
  ListBox,
  ListLayout,
  Popover,
  Virtualizer,
} from 'react-aria-components';
import { given } from '../../lib/given.ts';
import { box, FieldLabel, FieldNotes, fieldStack, type FieldProps } from './field.tsx';
import { popup } from './overlay.ts';
import { Option, type Choice } from './select.tsx';
import { TagInput } from './tag-input.tsx';
import { useUiWords } from './words.ts';

type Common = FieldProps & {
  readonly choices: readonly Choice[];
  readonly onBlur?: () => void;
  readonly name?: string;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string;
};

type ComboboxProps = Common & {
  /** Empty while nothing is chosen. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Anything may be entered; the choices are suggestions. */
  readonly free?: boolean;
};

const matches = (choice: Choice, typed: string): boolean => {
  const wanted = typed.trim().toLowerCase();
  return wanted === '' || choice.label.toLowerCase().includes(wanted) || choice.value.toLowerCase().includes(wanted);
};

/** One of many, found by typing. Thousands of choices are drawn as they are scrolled to. */
export function Combobox({
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
  free = false,
}: ComboboxProps) {
  const t = useUiWords();
  const labelOf = (chosen: string): string => choices.find((choice) => choice.value === chosen)?.label ?? chosen;
  // What is being typed; undefined when what stands there is the value itself.
  const [typed, setTyped] = useState<string>();
  const shown = useMemo(
    () => (typed === undefined ? choices : choices.filter((choice) => matches(choice, typed))),
    [choices, typed],
  );
  return (
    <AriaComboBox
      {...given({ name })}
      items={shown}
      selectedKey={choices.some((choice) => choice.value === value) ? value : null}
      inputValue={typed ?? (value === '' ? '' : labelOf(value))}
      onInputChange={(text) => {
        setTyped(text === labelOf(value) ? undefined : text);
        if (free || text === '') onChange(text);
      }}
      onSelectionChange={(key) => {
        setTyped(undefined);
        if (key !== null) onChange(String(key));
      }}
      onBlur={() => {
        setTyped(undefined);
        onBlur?.();
      }}
      allowsCustomValue={free}
      allowsEmptyCollection
      menuTrigger="focus"
      isDisabled={disabled}
      isRequired={required}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={fieldStack}
    >
      <FieldLabel label={label} hideLabel={hideLabel} note={note} />
      <Group className={`${box} flex items-center`}>
        <Input
          placeholder={placeholder ?? t('typeToFind')}
          spellCheck="false"
          className="min-w-0 grow bg-transparent px-2.5 py-1 outline-none"
        />
        <AriaButton className="me-1 grid size-6 shrink-0 cursor-pointer place-items-center rounded-sm text-muted hover:text-ink">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </AriaButton>
      </Group>
      <FieldNotes help={help} error={error} />
      <Popover className={`${popup} w-(--trigger-width) min-w-56`} offset={4}>
        <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowHeight: 32, padding: 4 }}>
          <ListBox<Choice>
            className="max-h-72 overflow-y-auto outline-none"
            renderEmptyState={() => <p className="px-3 py-2 text-small text-muted">{t('nothingFound')}</p>}
          >
            {(choice) => <Option choice={choice} />}
          </ListBox>
        </Virtualizer>
      </Popover>
    </AriaComboBox>
  );
}

type MultiComboboxProps = Common & {
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  readonly free?: boolean;
};

/** Several of many: what is chosen are tags, and typing finds the next one. */
export function MultiCombobox({ choices, free = false, ...rest }: MultiComboboxProps) {
  return <TagInput {...rest} suggestions={choices} free={free} />;
}
