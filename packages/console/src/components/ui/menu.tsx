import { Check, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import {
  Header,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import { given } from '../../lib/given.ts';
import { popup } from './overlay.ts';

type MenuProps = {
  /** What opens it: a `Button` or an `IconButton`. */
  readonly trigger: ReactElement;
  /** Its name, when the trigger's is not enough. */
  readonly label?: string;
  readonly children: ReactNode;
};

const menuList = 'max-h-[min(28rem,70dvh)] overflow-y-auto p-1 outline-none';

/** Commands and choices behind a button. */
export function Menu({ trigger, label, children }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={`${popup} min-w-44 max-w-[min(22rem,calc(100vw-1rem))]`} offset={4}>
        <AriaMenu className={menuList} {...given({ 'aria-label': label })}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

/** A row of a list that is chosen from: menus, selects, comboboxes. */
export const optionClass =
  'group flex min-h-8 cursor-pointer items-center gap-2 rounded-[4px] px-2 py-1 text-sm outline-none select-none focused:bg-hover focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent disabled:cursor-not-allowed disabled:text-muted pointer-coarse:min-h-10';

type MenuItemProps = {
  readonly id?: string;
  readonly icon?: LucideIcon;
  readonly children: string;
  /** Such as its shortcut. */
  readonly detail?: ReactNode;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onAction?: () => void;
  /** A page of the console. */
  readonly href?: string;
};

export function MenuItem({
  id,
  icon: Icon,
  children,
  detail,
  danger = false,
  disabled = false,
  onAction,
  href,
}: MenuItemProps) {
  return (
    <AriaMenuItem
      {...given({ id, href, onAction })}
      isDisabled={disabled}
      textValue={children}
      className={`${optionClass} ${danger ? 'text-danger' : ''}`}
    >
      {({ isSelected, selectionMode }) => (
        <>
          {selectionMode !== 'none' && <Check aria-hidden className={`size-4 ${isSelected ? '' : 'invisible'}`} />}
          {Icon !== undefined && <Icon aria-hidden className={`size-4 ${danger ? '' : 'text-muted'}`} />}
          <span className="grow">{children}</span>
          {detail !== undefined && <span className="ps-4 text-xs text-muted">{detail}</span>}
        </>
      )}
    </AriaMenuItem>
  );
}

type MenuChoiceProps<Value extends string> = {
  readonly title: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
};

/** One of a few, within a menu. */
export function MenuChoice<Value extends string>({ title, value, choices, onChange }: MenuChoiceProps<Value>) {
  return (
    <AriaMenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = choices.find((choice) => keys !== 'all' && keys.has(choice.value));
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      <Header className="px-2 pt-2 pb-1 text-xs font-medium text-muted">{title}</Header>
      {choices.map(({ value: id, label }) => (
        <MenuItem key={id} id={id}>
          {label}
        </MenuItem>
      ))}
    </AriaMenuSection>
  );
}

export const MenuSeparator = () => <Separator className="my-1 h-px bg-line" />;

type AnchoredMenuProps = {
  /** What it hangs at; undefined while it is closed. */
  readonly anchor: HTMLElement | undefined;
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** One menu for many buttons, such as those of a grid's rows. */
export function AnchoredMenu({ anchor, label, onClose, children }: AnchoredMenuProps) {
  return (
    <Popover
      aria-label={label}
      triggerRef={{ current: anchor ?? null }}
      isOpen={anchor !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      placement="bottom end"
      offset={4}
      className={`${popup} min-w-44 max-w-[min(22rem,calc(100vw-1rem))]`}
    >
      <AriaMenu aria-label={label} onClose={onClose} autoFocus="first" className={menuList}>
        {children}
      </AriaMenu>
    </Popover>
  );
}
