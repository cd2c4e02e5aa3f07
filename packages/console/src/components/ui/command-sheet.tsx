import { Search, type LucideIcon } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { backdrop, raised } from './overlay.ts';

export type CommandItem = {
  readonly id: string;
  readonly label: string;
  /** Beside it, such as what kind of thing it is, or its shortcut. */
  readonly detail?: string | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly run: () => void;
};

export type CommandGroup = { readonly title: string; readonly items: readonly CommandItem[] };

type CommandSheetProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly groups: readonly CommandGroup[];
  /** Shown where nothing is found. */
  readonly empty: string;
  readonly footer?: ReactNode;
};

/** A field above a list of what it finds: arrows and Enter choose, without the focus leaving the field. */
export function CommandSheet(props: CommandSheetProps) {
  const { open, onClose, label } = props;
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      isDismissable
      className={`${backdrop} flex items-start justify-center px-3 pt-[10vh]`}
    >
      <Modal className={`w-full max-w-xl ${raised} entering:animate-appear`}>
        <Dialog aria-label={label} className="outline-none">
          <Sheet {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Sheet({ onClose, label, placeholder, query, onQuery, groups, empty, footer }: CommandSheetProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const items = groups.flatMap((group) => group.items);
  const at = Math.min(active, Math.max(items.length - 1, 0));
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const run = (item: CommandItem | undefined): void => {
    if (item === undefined) return;
    onClose();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive((at + 1) % Math.max(items.length, 1));
    else if (event.key === 'ArrowUp') setActive((at - 1 + items.length) % Math.max(items.length, 1));
    else if (event.key === 'Enter') run(items[at]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden className="size-4 shrink-0 text-muted" />
        <input
          // A dialog that was asked for begins where one types.
          autoFocus
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={items.length === 0 ? undefined : `${id}-${at}`}
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setActive(0);
            onQuery(event.target.value);
          }}
          onKeyDown={onKeyDown}
          className="h-12 min-w-0 grow bg-transparent text-sm outline-none"
        />
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        className="max-h-[50vh] overflow-y-auto p-1.5"
      >
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <p aria-hidden className="px-2.5 pt-2 pb-1 text-xs font-medium text-muted">
              {group.title}
            </p>
            {group.items.map((item) => {
              const place = items.indexOf(item);
              const Icon = item.icon;
              return (
                <div
                  key={item.id}
                  id={`${id}-${place}`}
                  role="option"
                  aria-selected={place === at}
                  onPointerMove={() => setActive(place)}
                  onClick={() => run(item)}
                  className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm aria-selected:bg-selected pointer-coarse:min-h-11"
                >
                  {Icon !== undefined && <Icon aria-hidden className="size-4 shrink-0 text-muted" />}
                  <span className="min-w-0 grow truncate">{item.label}</span>
                  {item.detail !== undefined && (
                    <span className="shrink-0 truncate text-xs text-muted">{item.detail}</span>
                  )}
                </div>
              );
            })}
          </div>
        ))}
        {items.length === 0 && (
          <p role="status" className="px-2.5 py-6 text-center text-muted">
            {empty}
          </p>
        )}
      </div>
      {footer !== undefined && <div className="border-t border-line px-4 py-2 text-xs text-muted">{footer}</div>}
    </>
  );
}

/** A key as it is printed on it. */
export const Key = ({ children }: { readonly children: string }) => (
  <kbd className="inline-grid min-w-5 place-items-center rounded-[4px] border border-line-strong bg-surface px-1 font-sans text-xs text-muted">
    {children}
  </kbd>
);
