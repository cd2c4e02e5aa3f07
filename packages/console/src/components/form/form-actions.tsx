import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { useUiWords } from '../ui/words.ts';

type FormActionsProps = {
  readonly onCancel: () => void;
  /** The verb of the button that sends it; default is Save. */
  readonly action?: string;
  /** It takes something away. */
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly ready?: boolean | undefined;
  readonly aside?: ReactNode;
};

/** The buttons at the foot of a form that is closed when it is done. */
export function FormActions({ onCancel, action, danger = false, busy, ready = true, aside }: FormActionsProps) {
  const t = useUiWords();
  return (
    <div className="flex justify-end gap-2 pt-2">
      {aside !== undefined && <div className="me-auto">{aside}</div>}
      <Button onPress={onCancel}>{t('cancel')}</Button>
      <Button look={danger ? 'danger' : 'primary'} type="submit" busy={busy} isDisabled={!ready}>
        {action ?? t('save')}
      </Button>
    </div>
  );
}
