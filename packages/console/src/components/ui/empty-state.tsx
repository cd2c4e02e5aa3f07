import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

type EmptyStateProps = {
  readonly title: string;
  /** What belongs here, in a sentence or two. */
  readonly children?: ReactNode;
  readonly icon?: LucideIcon;
  /** The one thing to do about it. */
  readonly action?: ReactNode;
  /** Where one learns more. */
  readonly learn?: ReactNode;
  /** True where this is all of the page: its title is the page's. */
  readonly page?: boolean;
};

/** Empty is not blank: what belongs here, and the one thing to do about its absence. */
export function EmptyState({ title, children, icon: Icon, action, learn, page = false }: EmptyStateProps) {
  const Title = page ? 'h1' : 'p';
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-4 py-14 text-center">
      {Icon !== undefined && (
        <span className="mb-3 grid size-10 place-items-center rounded-lg border border-line bg-sunken text-muted">
          <Icon aria-hidden className="size-5" />
        </span>
      )}
      <Title className="text-base font-semibold">{title}</Title>
      {children !== undefined && <div className="mt-1 text-muted text-pretty">{children}</div>}
      {action !== undefined && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
      {learn !== undefined && <div className="mt-3 text-small">{learn}</div>}
    </div>
  );
}
