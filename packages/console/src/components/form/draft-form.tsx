import { useState, type ReactNode } from 'react';
import { errorOf } from '../../lib/error-of.ts';
import { ErrorNotice } from '../ui/error-state.tsx';
import { FormActions } from './form-actions.tsx';

/** What is entered, whole, until it is sent. */
export type DraftState<D> = {
  readonly draft: D;
  readonly edit: (patch: Partial<D>) => void;
  readonly save: () => Promise<void>;
  readonly busy: boolean;
  /** Why the last attempt was refused. */
  readonly error: Error | undefined;
};

type DraftOptions<D> = {
  readonly first: () => D;
  /** Throws what it was refused for; the draft stays then. */
  readonly send: (draft: D) => Promise<unknown>;
  /** After it was taken. */
  readonly onSaved: () => void;
};

/**
 * A draft that the gateway checks as a whole: for fields that a provider names, which no schema of the page knows.
 * Elsewhere `useSchemaForm` checks each field as it is entered.
 */
export function useDraft<D extends object>({ first, send, onSaved }: DraftOptions<D>): DraftState<D> {
  const [draft, setDraft] = useState(first);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await send(draft);
      onSaved();
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { draft, edit: (patch) => setDraft((before) => ({ ...before, ...patch })), save, busy, error };
}

type DraftFormProps = {
  readonly form: Pick<DraftState<never>, 'save' | 'busy' | 'error'>;
  /** Said above it when the gateway refused it. */
  readonly failed: string;
  readonly onCancel: () => void;
  /** False while something is missing without which it makes no sense. */
  readonly ready?: boolean;
  /** At the start of the row of buttons, such as what removes the thing. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

/** The form of a draft, with its buttons. */
export function DraftForm({ form: { save, busy, error }, failed, onCancel, ready, aside, children }: DraftFormProps) {
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {error !== undefined && <ErrorNotice title={failed} error={error} />}
      {children}
      <FormActions onCancel={onCancel} busy={busy} ready={ready} aside={aside} />
    </form>
  );
}
