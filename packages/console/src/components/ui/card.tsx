import { useId, type ReactNode } from 'react';

type CardProps = {
  readonly title?: string;
  readonly description?: ReactNode;
  /** At the end of its title's line. */
  readonly actions?: ReactNode;
  /** At its foot, such as the buttons of a form. */
  readonly footer?: ReactNode;
  readonly children: ReactNode;
  /** False when what is inside reaches its edges, such as a table. */
  readonly padded?: boolean;
  readonly className?: string;
};

/** A sheet on the canvas. With a title it is a region of the page. */
export function Card({ title, description, actions, footer, children, padded = true, className = '' }: CardProps) {
  const id = useId();
  const Sheet = title === undefined ? 'div' : 'section';
  return (
    <Sheet
      {...(title !== undefined && { 'aria-labelledby': id })}
      className={`min-w-0 rounded-lg border border-line bg-surface ${className}`}
    >
      {title !== undefined && (
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2.5">
          <div className="min-w-0">
            <h2 id={id} className="text-sm font-semibold">
              {title}
            </h2>
            {description !== undefined && <p className="text-small text-muted">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={padded ? 'p-4' : ''}>{children}</div>
      {footer !== undefined && (
        <footer className="flex flex-wrap justify-end gap-2 rounded-b-lg border-t border-line bg-sunken px-4 py-2.5">
          {footer}
        </footer>
      )}
    </Sheet>
  );
}
