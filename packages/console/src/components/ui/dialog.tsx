import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './icon-button.tsx';
import { backdrop, raised } from './overlay.ts';
import { useUiWords } from './words.ts';

export type SheetProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** One sentence below the title. */
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Buttons at its foot, the main one last. */
  readonly actions?: ReactNode;
  /** False when a click beside it must not close it, because something would be lost. */
  readonly dismissable?: boolean;
};

const widths = { small: 'sm:max-w-md', normal: 'sm:max-w-lg', large: 'sm:max-w-3xl' } as const;

/** A question or a short form above the page. On a phone it takes the foot of the screen. */
export function Dialog({
  width = 'normal',
  role = 'dialog',
  ...sheet
}: SheetProps & { readonly width?: keyof typeof widths; readonly role?: 'dialog' | 'alertdialog' }) {
  const { open, onClose, dismissable = true } = sheet;
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      isDismissable={dismissable}
      className={`${backdrop} flex items-end justify-center sm:items-start sm:px-4 sm:pt-[12vh]`}
    >
      <Modal
        className={`flex max-h-[88dvh] w-full flex-col sm:max-h-[76dvh] ${raised} max-sm:rounded-b-none entering:animate-appear exiting:animate-fade-out ${widths[width]}`}
      >
        <SheetBody {...sheet} role={role} />
      </Modal>
    </ModalOverlay>
  );
}

const drawers = { normal: 'sm:w-[30rem]', wide: 'sm:w-[46rem]' } as const;

/** A part of a page that comes in from its end: a peek or a quick edit. On a phone it is all of the screen. */
export function Drawer({ width = 'normal', ...sheet }: SheetProps & { readonly width?: keyof typeof drawers }) {
  const { open, onClose, dismissable = true } = sheet;
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      isDismissable={dismissable}
      className={`${backdrop} flex justify-end`}
    >
      <Modal
        className={`flex h-dvh w-full flex-col border-line bg-surface shadow-overlay sm:border-s entering:animate-slide-in exiting:animate-fade-out ${drawers[width]}`}
      >
        <SheetBody {...sheet} role="dialog" />
      </Modal>
    </ModalOverlay>
  );
}

function SheetBody({
  title,
  description,
  children,
  actions,
  onClose,
  role,
}: SheetProps & { readonly role: 'dialog' | 'alertdialog' }) {
  const t = useUiWords();
  return (
    <AriaDialog role={role} className="flex min-h-0 grow flex-col outline-none">
      <header className="flex items-start justify-between gap-3 border-b border-line py-3 ps-5 pe-3">
        <div className="min-w-0 py-1">
          <Heading slot="title" className="text-base font-semibold wrap-anywhere">
            {title}
          </Heading>
          {description !== undefined && <p className="mt-0.5 text-small text-muted">{description}</p>}
        </div>
        <IconButton icon={X} label={t('close')} onPress={onClose} />
      </header>
      <div className="min-h-0 grow overflow-y-auto overscroll-contain px-5 py-4">{children}</div>
      {actions !== undefined && (
        <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-sunken px-5 py-3 sm:rounded-b-lg">
          {actions}
        </footer>
      )}
    </AriaDialog>
  );
}
