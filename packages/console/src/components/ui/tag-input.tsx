import { ChevronsUpDown, Search, X } from 'lucide-react';
import { useId, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { box, FieldMessages, type FieldProps } from './field.tsx';
import type { Choice } from './select.tsx';
import { useUiWords } from './words.ts';

type TagInputProps = FieldProps & {
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  readonly suggestions?: readonly Choice[];
  /** Anything may be entered; otherwise only what is suggested. */
  readonly free?: boolean;
  readonly onBlur?: () => void;
  readonly name?: string;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string;
  /** What is being typed, for suggestions that depend on it. */
  readonly onType?: (text: string) => void;
  /** A suggestion that is the beginning of a value: chosen, it is typed on from there. */
  readonly isPrefix?: (value: string) => boolean;
  /** One text that is several values. What is typed is taken in as soon as the next one begins. */
  readonly split?: (text: string) => readonly string[];
  /** Looks for something in what is shown, rather than being filled in: `/` puts the focus here. */
  readonly search?: boolean;
};

const shownAtMost = 50;

/** What is typed, what is suggested for it, and what takes it in. */
function useTyping({
  values,
  onChange,
  suggestions = [],
  free = true,
  onType,
  isPrefix,
  split,
  search = false,
}: TagInputProps) {
  const [typed, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const wanted = typed.trim().toLowerCase();
  const taken = new Set(values);
  const shown = suggestions
    .filter(
      ({ value, label }) =>
        !taken.has(value) && (label.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted)),
    )
    .slice(0, shownAtMost);
  const listed = open && shown.length > 0;
  const valueOf = (text: string): string | undefined =>
    suggestions.find(({ value, label }) => value === text || label === text)?.value ?? (free ? text : undefined);
  const setTyped = (text: string): void => {
    setText(text);
    onType?.(text);
  };
  const remove = (value: string): void => onChange(values.filter((one) => one !== value));

  const add = (texts: readonly string[]): void => {
    const [first = ''] = texts;
    if (texts.length === 1 && split !== undefined && split(first).length > 1) return add(split(first));
    if (texts.length === 1 && isPrefix?.(first) === true) {
      setTyped(first);
      setActive(-1);
      return;
    }
    const fresh = texts
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .map(valueOf)
      .filter((value) => value !== undefined);
    const next = [...new Set([...values, ...fresh])];
    if (next.length !== values.length) onChange(next);
    setTyped('');
    setActive(-1);
    // The list would cover what follows the field; the next letter, an arrow key or the button shows it again.
    setOpen(false);
  };
  const move = (step: 1 | -1): void => {
    setOpen(true);
    setActive((active + step + shown.length) % Math.max(shown.length, 1));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = values.at(-1);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' || event.key === ',') {
      const chosen = listed ? shown[active] : undefined;
      if (chosen === undefined && typed.trim() === '') return;
      event.preventDefault();
      add([chosen?.value ?? typed]);
    } else if (event.key === 'Backspace' && typed === '' && last !== undefined) remove(last);
    else if (event.key === 'Escape' && listed) {
      event.stopPropagation();
      setOpen(false);
    }
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text');
    const pasted = split?.(text) ?? text.split(/[\s,;]+/);
    if (pasted.length < 2) return;
    event.preventDefault();
    add(pasted);
  };
  return {
    typed,
    shown,
    listed,
    active: listed ? active : -1,
    add,
    remove,
    onKeyDown,
    onPaste,
    type: (text: string): void => {
      const parts = split?.(text) ?? [];
      if (parts.length > 1) add(parts.slice(0, -1));
      setTyped(parts.length > 1 ? (parts.at(-1) ?? '') : text);
      setOpen(true);
      setActive(free ? -1 : 0);
    },
    open: (): void => setOpen(true),
    toggle: (): void => setOpen(!open),
    leave: (): void => {
      // What somebody looks for is not looked for until they say so.
      if (free && !search && typed.trim() !== '') add([typed]);
      setOpen(false);
    },
  };
}

/**
 * A list of short texts. Enter or a comma takes what is typed, pasting a list takes all of it, Backspace in the empty field
 * takes the last one out. Suggestions follow the typing, as a list of ARIA's combobox pattern.
 */
export function TagInput(props: TagInputProps) {
  const {
    label,
    help,
    error,
    hideLabel = false,
    note,
    values,
    onBlur,
    name,
    disabled = false,
    required = false,
  } = props;
  const t = useUiWords();
  const id = useId();
  const typing = useTyping(props);
  const notes = [error === undefined ? '' : `${id}-error`, help === undefined ? '' : `${id}-help`].join(' ').trim();
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className={hideLabel ? 'sr-only' : 'flex items-baseline justify-between gap-2'}>
        <label htmlFor={id} className="text-small font-medium">
          {label}
        </label>
        {note !== undefined && <span className="text-xs text-muted">{note}</span>}
      </span>
      <div className="relative">
        <div
          className={`${box} flex flex-wrap items-center gap-1 ${props.search === true ? 'py-px ps-2 pe-1' : 'p-1'}`}
          data-invalid={error !== undefined || undefined}
          data-disabled={disabled || undefined}
        >
          {props.search === true && <Search aria-hidden className="size-4 shrink-0 text-muted" />}
          <Tags {...props} onRemove={typing.remove} />
          <input
            id={id}
            name={name}
            value={typing.typed}
            disabled={disabled}
            required={required && values.length === 0}
            placeholder={values.length === 0 ? (props.placeholder ?? t('typeToAdd')) : undefined}
            data-search-field={props.search === true ? '' : undefined}
            spellCheck={false}
            autoComplete="off"
            role="combobox"
            aria-expanded={typing.listed}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={typing.active >= 0 ? `${id}-${typing.active}` : undefined}
            aria-invalid={error === undefined ? undefined : true}
            aria-describedby={notes === '' ? undefined : notes}
            className="min-w-24 grow bg-transparent px-1.5 py-0.5 text-sm outline-none"
            onChange={(event) => typing.type(event.target.value)}
            onFocus={props.search === true ? typing.open : undefined}
            onBlur={() => {
              typing.leave();
              onBlur?.();
            }}
            onPaste={typing.onPaste}
            onKeyDown={typing.onKeyDown}
          />
          {props.search !== true && typing.shown.length > 0 && (
            <SuggestionsButton disabled={disabled} onPress={typing.toggle} />
          )}
        </div>
        <Suggestions id={id} label={label} typing={typing} />
      </div>
      <FieldMessages id={id} error={error} help={help} />
    </div>
  );
}

/**
 * Shows what could be entered, without typing. In a form the list does not open by itself: it would cover what follows.
 * The arrow keys do the same, so that it is no stop of its own.
 */
function SuggestionsButton({ disabled, onPress }: { readonly disabled: boolean; readonly onPress: () => void }) {
  const t = useUiWords();
  return (
    <button
      type="button"
      tabIndex={-1}
      disabled={disabled}
      aria-label={t('suggestions')}
      // The focus stays in the field, or goes there.
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.parentElement?.querySelector('input')?.focus();
        onPress();
      }}
      className="ms-auto grid size-6 shrink-0 cursor-pointer place-items-center rounded-sm text-muted hover:text-ink"
    >
      <ChevronsUpDown aria-hidden className="size-3.5" />
    </button>
  );
}

function Tags({
  values,
  suggestions = [],
  disabled = false,
  onRemove,
}: TagInputProps & { readonly onRemove: (value: string) => void }) {
  const t = useUiWords();
  return values.map((value) => {
    const words = suggestions.find((choice) => choice.value === value)?.label ?? value;
    return (
      <span
        key={value}
        className="inline-flex max-w-full items-center gap-0.5 rounded-[4px] bg-sunken ps-1.5 text-small"
      >
        <span className="truncate">{words}</span>
        <button
          type="button"
          disabled={disabled}
          aria-label={t('removeWhat', { what: words })}
          onClick={() => onRemove(value)}
          className="grid size-6 place-items-center rounded-[4px] text-muted hover:text-ink pointer-coarse:size-8"
        >
          <X aria-hidden className="size-3" />
        </button>
      </span>
    );
  });
}

type SuggestionsProps = { readonly id: string; readonly label: string; readonly typing: ReturnType<typeof useTyping> };

const Suggestions = ({ id, label, typing }: SuggestionsProps) => (
  <ul
    id={`${id}-list`}
    role="listbox"
    aria-label={label}
    hidden={!typing.listed}
    className="absolute inset-x-0 top-full z-20 mt-1 max-h-64 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-overlay"
  >
    {typing.shown.map((choice, index) => (
      <li
        key={choice.value}
        id={`${id}-${index}`}
        role="option"
        aria-selected={index === typing.active}
        // The focus stays in the field.
        onPointerDown={(event) => {
          event.preventDefault();
          typing.add([choice.value]);
        }}
        className="flex min-h-8 cursor-pointer items-center rounded-[4px] px-2 text-sm hover:bg-hover aria-selected:bg-hover pointer-coarse:min-h-10"
      >
        {choice.label}
        {choice.detail !== undefined && <span className="truncate ps-3 text-small text-muted">{choice.detail}</span>}
      </li>
    ))}
  </ul>
);
