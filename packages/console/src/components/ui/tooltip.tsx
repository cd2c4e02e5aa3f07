import type { ReactNode } from 'react';
import { Focusable, Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components';

type TooltipProps = {
  readonly text: ReactNode;
  /** What it is of: something that can be focused. */
  readonly children: ReactNode;
};

const bubble =
  'z-50 max-w-72 rounded-md bg-ink px-2 py-1 text-xs text-canvas forced-colors:border entering:animate-appear exiting:opacity-0';

/** A few words about a control, on hover and on focus. Never the only place of what one must know. */
export function Tooltip({ text, children }: TooltipProps) {
  return (
    <TooltipTrigger delay={400} closeDelay={80}>
      {children}
      <AriaTooltip offset={6} className={bubble}>
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}

/** The same for a text that is no control, such as a shortened moment: it can be focused for its tooltip's sake. */
export function Hint({
  text,
  children,
  className = '',
}: {
  readonly text: string;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <TooltipTrigger delay={300} closeDelay={80}>
      <Focusable>
        {/* A button's role would promise that pressing does something; a note may be focused too. */}
        <span role="note" tabIndex={0} aria-label={`${text}`} className={`rounded-sm ${className}`}>
          {children}
        </span>
      </Focusable>
      <AriaTooltip offset={6} className={bubble}>
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
