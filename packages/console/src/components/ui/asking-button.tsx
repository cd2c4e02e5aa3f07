import { useState, type ReactNode } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

type AskingButtonProps = Pick<ButtonProps, 'icon' | 'size'> & {
  /** The verb, on the button and on that of the question: `Delete key`. */
  readonly action: string;
  /** The question. */
  readonly title: string;
  /** What happens, and what cannot be taken back. */
  readonly children: ReactNode;
  /** Does it; the question stays open and says what failed when it throws. */
  readonly onConfirm: () => Promise<void>;
};

/** A button for what is not taken back easily: it asks first. */
export function AskingButton({ action, title, children, onConfirm, ...button }: AskingButtonProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button {...button} look="danger" onPress={() => setAsking(true)}>
        {action}
      </Button>
      <ConfirmDialog open={asking} onClose={() => setAsking(false)} title={title} action={action} onConfirm={onConfirm}>
        {children}
      </ConfirmDialog>
    </>
  );
}
