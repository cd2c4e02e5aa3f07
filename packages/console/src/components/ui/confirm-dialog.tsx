import { useState, type ReactNode } from 'react';
import { errorOf } from '../../lib/error-of.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNotice } from './error-state.tsx';
import { TextField } from './text-field.tsx';
import { useUiWords } from './words.ts';

type ConfirmDialogProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What happens, and what cannot be taken back. */
  readonly children: ReactNode;
  /** The verb of the button, such as `Delete key`. */
  readonly action: string;
  /** For what cannot be undone: the name that must be typed first. */
  readonly typed?: string;
  readonly danger?: boolean;
  /** False while what must be known before is not: the button waits. */
  readonly ready?: boolean;
  /** Does it; the dialog stays open and says what failed when it throws. */
  readonly onConfirm: () => Promise<void>;
};

/** Asks before something that matters. Typed confirmation is for what cannot be undone, and for nothing else. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  children,
  action,
  typed,
  danger = true,
  ready = true,
  onConfirm,
}: ConfirmDialogProps) {
  const t = useUiWords();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const close = (): void => {
    setText('');
    setError(undefined);
    onClose();
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      close();
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      role="alertdialog"
      width="small"
      actions={
        <>
          <Button onPress={close}>{t('cancel')}</Button>
          <Button
            look={danger ? 'danger-primary' : 'primary'}
            busy={busy}
            isDisabled={!ready || (typed !== undefined && text.trim() !== typed)}
            onPress={() => void confirm()}
          >
            {action}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {error !== undefined && <ErrorNotice title={t('failed', { action })} error={error} />}
        <div>{children}</div>
        {typed !== undefined && (
          <TextField
            label={t('typeToConfirm', { text: typed })}
            value={text}
            onChange={setText}
            autoComplete="off"
            spellCheck="false"
            autoFocus
          />
        )}
      </div>
    </Dialog>
  );
}
