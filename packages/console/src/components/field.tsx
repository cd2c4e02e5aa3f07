import type { InputHTMLAttributes, SelectHTMLAttributes } from 'react';
import { useId } from 'react';
import { Icon } from './icon.tsx';

/** How everything that takes a value looks. */
export const box =
  'w-full min-h-9 rounded-[var(--radius)] border border-field bg-surface px-3 text-ink transition-colors hover:border-ink aria-invalid:border-danger';

type Common = { readonly label: string; readonly hint?: string; readonly error?: string | undefined };

function describe(id: string, { hint, error }: Common): string | undefined {
  const ids = [error === undefined ? '' : `${id}-error`, hint === undefined ? '' : `${id}-hint`].filter(Boolean);
  return ids.length === 0 ? undefined : ids.join(' ');
}

function Notes({ id, hint, error }: { readonly id: string } & Omit<Common, 'label'>) {
  return (
    <>
      {error !== undefined && (
        <p id={`${id}-error`} className="mt-1.5 flex items-center gap-1.5 text-[0.8125rem] text-danger">
          <Icon name="warning" className="size-3.5" />
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-1.5 text-[0.8125rem] text-muted">
          {hint}
        </p>
      )}
    </>
  );
}

type TextFieldProps = Common & Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className'>;

/** An input with its label above, and its hint and error tied to it. */
export function TextField({ label, hint, error, ...input }: TextFieldProps) {
  const id = useId();
  const notes = { ...(hint === undefined ? {} : { hint }), error };
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        className={box}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={describe(id, { label, ...notes })}
      />
      <Notes id={id} {...notes} />
    </div>
  );
}

type Choice = { readonly value: string; readonly label: string };
type SelectProps = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className'> & { readonly choices: readonly Choice[] };

/** The system's own select: it works with every keyboard, phone and screen reader. Its label is the caller's. */
export function Select({ choices, ...select }: SelectProps) {
  return (
    <div className="relative">
      <select {...select} className={`${box} appearance-none pe-9`}>
        {choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Icon name="down" className="pointer-events-none absolute inset-e-3 top-1/2 size-4 -translate-y-1/2 text-muted" />
    </div>
  );
}

type SelectFieldProps = Common & Omit<SelectProps, 'id'>;

/** A select with its label above, and its hint and error tied to it. */
export function SelectField({ label, hint, error, choices, ...select }: SelectFieldProps) {
  const id = useId();
  const notes = { ...(hint === undefined ? {} : { hint }), error };
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      <Select
        {...select}
        id={id}
        choices={choices}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={describe(id, { label, ...notes })}
      />
      <Notes id={id} {...notes} />
    </div>
  );
}

type CheckFieldProps = Common & Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className' | 'type'>;

/** A checkbox with its label beside, and its hint and error tied to it. */
export function CheckField({ label, hint, error, ...input }: CheckFieldProps) {
  const id = useId();
  const notes = { ...(hint === undefined ? {} : { hint }), error };
  return (
    <div className="flex gap-2.5">
      <input
        {...input}
        type="checkbox"
        id={id}
        className="mt-0.5 size-4 shrink-0 accent-accent"
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={describe(id, { label, ...notes })}
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <Notes id={id} {...notes} />
      </div>
    </div>
  );
}
