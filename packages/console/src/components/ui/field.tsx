import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { FieldError, Label, Text } from 'react-aria-components';

/** What every field has: its label above, its help below, its problem tied to it. */
export type FieldProps = {
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
  /** The label is for screen readers alone, because what stands beside it says the same. */
  readonly hideLabel?: boolean | undefined;
  /** Beside the label, such as where a value comes from. */
  readonly note?: ReactNode;
};

/** How everything that takes a value looks. */
export const box =
  'w-full min-h-8 rounded-md border border-field bg-surface text-sm text-ink transition-colors hover:border-ink/60 focus-within:border-accent invalid:border-danger disabled:bg-sunken disabled:text-muted disabled:hover:border-field pointer-coarse:min-h-10';
/** The same for an input alone, which has its own padding. */
export const inputBox = `${box} px-2.5`;

export function FieldLabel({ label, hideLabel = false, note }: Pick<FieldProps, 'label' | 'hideLabel' | 'note'>) {
  return (
    <span className={hideLabel ? 'sr-only' : 'flex items-baseline justify-between gap-2'}>
      <Label className="text-small font-medium">{label}</Label>
      {note !== undefined && <span className="text-xs text-muted">{note}</span>}
    </span>
  );
}

export function FieldNotes({ help, error }: Pick<FieldProps, 'help' | 'error'>) {
  return (
    <>
      <FieldError className="flex items-start gap-1.5 text-small text-danger">
        {({ validationErrors }) => (
          <>
            <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            <span>{error ?? validationErrors.join(' ')}</span>
          </>
        )}
      </FieldError>
      {help !== undefined && (
        <Text slot="description" className="text-small text-muted">
          {help}
        </Text>
      )}
    </>
  );
}

export const fieldStack = 'flex min-w-0 flex-col gap-1.5';

/** The same for fields that the kit does not know: `id` names them in `aria-describedby`, as `ID-error` and `ID-help`. */
export const FieldMessages = ({ id, help, error }: Pick<FieldProps, 'help' | 'error'> & { readonly id: string }) => (
  <>
    {error !== undefined && (
      <p id={`${id}-error`} className="flex items-start gap-1.5 text-small text-danger">
        <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
        {error}
      </p>
    )}
    {help !== undefined && (
      <p id={`${id}-help`} className="text-small text-muted">
        {help}
      </p>
    )}
  </>
);
