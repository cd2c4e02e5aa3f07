import { useEffect, useRef, type ReactNode } from 'react';
import type { FieldValues } from 'react-hook-form';
import { ErrorNotice } from '../ui/error-state.tsx';
import { Notice } from '../ui/notice.tsx';
import { namesOf, type SchemaForm } from './use-schema-form.ts';
import { useFormWords } from './words.ts';

type FormProps<V extends FieldValues> = {
  readonly form: SchemaForm<V>;
  /** Said above it when the gateway refused the whole. */
  readonly failed: string;
  /** Its name for screen readers, where no heading says it. */
  readonly label?: string;
  readonly children: ReactNode;
  readonly className?: string;
};

/**
 * A form: Enter and ⌘S or Ctrl+S send it. When more than one field is wrong a summary takes the focus and leads to each;
 * a single one takes it itself.
 */
export function Form<V extends FieldValues>({ form, failed, label, children, className = 'grid gap-4' }: FormProps<V>) {
  const element = useRef<HTMLFormElement>(null);
  const { failure, submit } = form;
  useEffect(() => {
    const save = (event: KeyboardEvent): void => {
      if (event.key !== 's' || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
      if (element.current?.contains(document.activeElement) !== true) return;
      event.preventDefault();
      element.current.requestSubmit();
    };
    window.addEventListener('keydown', save);
    return () => window.removeEventListener('keydown', save);
  }, []);
  return (
    <form
      ref={element}
      noValidate
      aria-label={label}
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        // A form within a dialog within a form: the event goes up the tree of components.
        event.stopPropagation();
        void submit();
      }}
    >
      {failure !== undefined && <ErrorNotice focus title={failed} error={failure} />}
      <Summary form={form} />
      {children}
    </form>
  );
}

function Summary<V extends FieldValues>({ form }: { readonly form: SchemaForm<V> }) {
  const t = useFormWords();
  const { errors, submitCount } = form.formState;
  const names = namesOf(errors);
  if (submitCount === 0 || names.length < 2) return null;
  return (
    <div key={submitCount}>
      <Notice focus tone="danger" title={t('summary', { count: names.length })} />
    </div>
  );
}
