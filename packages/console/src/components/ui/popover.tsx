import type { ReactElement, ReactNode } from 'react';
import { Dialog, DialogTrigger, Popover as AriaPopover } from 'react-aria-components';
import { popup } from './overlay.ts';

type PopoverProps = {
  readonly trigger: ReactElement;
  readonly label: string;
  readonly children: ReactNode | ((close: () => void) => ReactNode);
  readonly className?: string;
};

/** A small sheet beside what opened it, for more than commands. */
export function Popover({ trigger, label, children, className = 'w-72 p-4' }: PopoverProps) {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover offset={4} placement="bottom start" className={`${popup} max-w-[calc(100vw-1rem)]`}>
        <Dialog aria-label={label} className={`outline-none ${className}`}>
          {({ close }) => (typeof children === 'function' ? children(close) : children)}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  );
}
