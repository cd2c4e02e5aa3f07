import { X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { useHeightToFoot } from '../../lib/height.ts';
import type { SheetProps } from './dialog.tsx';
import { IconButton } from './icon-button.tsx';
import { useUiWords } from './words.ts';

type DockedPanelProps = Pick<SheetProps, 'title' | 'description' | 'actions' | 'children'> & {
  readonly onClose: () => void;
  /** Another value is another thing, which is read from its top. */
  readonly of: string;
  /** Takes the focus, where the panel had the focus when it was closed. */
  readonly onLeft: () => void;
};

/**
 * A part of a page that stands beside what it is about, on screens that are wide enough: it neither covers the page nor takes the
 * focus. Escape closes it, unless something above the page is open. On narrower screens a `Drawer` does this.
 */
export function DockedPanel({ title, description, actions, children, onClose, of, onLeft }: DockedPanelProps) {
  const t = useUiWords();
  const panel = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const heading = useId();
  const height = useHeightToFoot(panel);
  const close = (): void => {
    const hadFocus = panel.current?.contains(document.activeElement) === true;
    onClose();
    if (hadFocus) onLeft();
  };
  useEscape(close);
  useEffect(() => {
    // Newer browsers answer with a promise, which an effect must not.
    content.current?.scrollTo({ top: 0 });
  }, [of]);
  return (
    <aside
      ref={panel}
      aria-labelledby={heading}
      className="flex w-[30rem] shrink-0 flex-col overflow-hidden rounded-lg border border-line bg-surface min-[110rem]:w-[36rem]"
      style={{ height }}
    >
      <header className="flex items-start justify-between gap-3 border-b border-line py-2 ps-4 pe-2">
        <div className="min-w-0 py-1">
          <h2 id={heading} className="font-semibold wrap-anywhere">
            {title}
          </h2>
          {description !== undefined && <div className="mt-0.5 text-small text-muted">{description}</div>}
        </div>
        <IconButton icon={X} label={t('close')} onPress={close} />
      </header>
      {/* It scrolls, and there may be nothing in it that takes the focus. */}
      <div
        ref={content}
        role="group"
        aria-labelledby={heading}
        tabIndex={0}
        className="min-h-0 grow overflow-y-auto overscroll-contain px-4 py-4"
      >
        {children}
      </div>
      {actions !== undefined && (
        <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-sunken px-4 py-2">{actions}</footer>
      )}
    </aside>
  );
}

const typing = 'input, textarea, select, [contenteditable=true], [role=combobox], [role=menu], [role=listbox]';

/** Escape, where no layer above the page and no field wants it for itself. */
function useEscape(close: () => void): void {
  const now = useRef(close);
  useEffect(() => {
    now.current = close;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (event.target instanceof Element && event.target.closest(typing) !== null) return;
      if (document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null) return;
      now.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
