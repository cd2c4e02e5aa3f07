import { useState, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, Drawer } from '../ui/dialog.tsx';

type ShownOnceProps<T> = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly look?: 'dialog' | 'drawer' | 'wide drawer';
  /** Of what is asked first; and, where it differs, of what was made. */
  readonly title: string;
  readonly titleOf?: (made: T) => string;
  /** The form, which tells what was made, or closes without. */
  readonly ask: (tell: { readonly made: (made: T) => void; readonly close: () => void }) => ReactNode;
  /** Shows what was made. */
  readonly children: (made: T) => ReactNode;
  /** The button by which somebody says that they have it. */
  readonly done: string;
};

/** Asks, and then shows what is never shown again: a key, a token, codes. From then on a click beside it does not close it. */
export function ShownOnce<T>({
  open,
  onClose,
  look = 'drawer',
  title,
  titleOf,
  ask,
  children,
  done,
}: ShownOnceProps<T>) {
  const [shown, setShown] = useState<{ readonly made: T }>();
  const close = (): void => {
    setShown(undefined);
    onClose();
  };
  const sheet = {
    open,
    onClose: close,
    title: shown === undefined ? title : (titleOf?.(shown.made) ?? title),
    dismissable: shown === undefined,
    children: shown === undefined ? ask({ made: (made) => setShown({ made }), close }) : children(shown.made),
    ...(shown !== undefined && {
      actions: (
        <Button look="primary" onPress={close}>
          {done}
        </Button>
      ),
    }),
  };
  if (look === 'dialog') return <Dialog {...sheet} />;
  return <Drawer {...sheet} width={look === 'drawer' ? 'normal' : 'wide'} />;
}
