import { useEffect, useRef, type ReactNode } from 'react';

type PageHeaderProps = {
  readonly title: ReactNode;
  /** One sentence, or the state of what the page is about. */
  readonly description?: ReactNode;
  /** Beside the title, such as a status. */
  readonly aside?: ReactNode;
  /** The main action last. */
  readonly actions?: ReactNode;
};

/** The top of a page. The heading takes the focus when the page is gone to, so that a screen reader begins there. */
export function PageHeader({ title, description, aside, actions }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // After a navigation within the console nothing has the focus; on the first load the browser's own place is right.
    if (document.activeElement === document.body && window.history.length > 1)
      heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3 pb-4">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 ref={heading} tabIndex={-1} className="text-lg font-semibold tracking-tight wrap-anywhere">
            {title}
          </h1>
          {aside}
        </div>
        {description !== undefined && <div className="mt-0.5 max-w-3xl text-muted text-pretty">{description}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

/** A row of filters and tools above what they act on. */
export const Toolbar = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <div role="group" aria-label={label} className="flex flex-wrap items-center gap-2 pb-3">
    {children}
  </div>
);
