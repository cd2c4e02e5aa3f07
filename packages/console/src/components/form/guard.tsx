import { useBlocker } from '@tanstack/react-router';
import type { FieldValues } from 'react-hook-form';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { SchemaForm } from './use-schema-form.ts';
import { useFormWords } from './words.ts';

/** Asks before a page whose form has something unsaved is left: for forms of a page, not for those of a dialog. */
export function UnsavedGuard<V extends FieldValues>({ form }: { readonly form: SchemaForm<V> }) {
  const { isDirty, isSubmitting } = form.formState;
  return <LeaveGuard unsaved={isDirty && !isSubmitting} />;
}

/** The same for changes that no form keeps. */
export function LeaveGuard({ unsaved }: { readonly unsaved: boolean }) {
  const t = useFormWords();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  });
  return (
    <Dialog
      open={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={t('unsaved.title')}
      width="small"
      role="alertdialog"
      actions={
        <>
          <Button onPress={() => blocker.reset?.()}>{t('unsaved.stay')}</Button>
          <Button look="danger-primary" onPress={() => blocker.proceed?.()}>
            {t('unsaved.leave')}
          </Button>
        </>
      }
    >
      <p>{t('unsaved.what')}</p>
    </Dialog>
  );
}
