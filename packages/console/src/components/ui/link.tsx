import { Link as RouterLink } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { given } from '../../lib/given.ts';
import { buttonClass, type ButtonLook, type ButtonSize } from './button.tsx';
import { useUiWords } from './words.ts';

type Search = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export type LinkProps = {
  /** A page of the console, such as `/keys` or `/keys/$id` with its `params`. */
  readonly to: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly search?: Search;
  readonly className?: string;
  readonly children: ReactNode;
  readonly 'aria-label'?: string;
  readonly 'aria-current'?: 'page' | undefined;
  readonly onClick?: () => void;
};

const prose = 'rounded-sm text-accent underline decoration-accent/40 underline-offset-3 hover:decoration-accent';

/** The look of a link that is as short as a number: large enough to be hit all the same (24 px). */
export const shortLink = `${prose} inline-grid min-h-6 min-w-6 content-center`;

/** A way to another page of the console, in a text. */
export function Link({ className = prose, ...props }: LinkProps) {
  return <PlainLink {...props} className={className} />;
}

/** The same without a look of its own, for parts that are links. */
export function PlainLink({ to, params, search, children, ...rest }: LinkProps) {
  return (
    <RouterLink
      to={to}
      {...given({ params, search })}
      // Which link is the current page is said by those who know, such as the navigation.
      activeProps={{ 'aria-current': rest['aria-current'] }}
      {...rest}
    >
      {children}
    </RouterLink>
  );
}

type LinkButtonProps = LinkProps & {
  readonly look?: ButtonLook;
  readonly size?: ButtonSize;
  readonly icon?: LucideIcon;
};

/** A link that looks like a button, because going there is the thing to do. */
export function LinkButton({
  look = 'plain',
  size = 'normal',
  icon: Icon,
  className = '',
  children,
  ...rest
}: LinkButtonProps) {
  return (
    <PlainLink {...rest} className={`${buttonClass(look, size)} ${className}`}>
      {Icon !== undefined && <Icon aria-hidden className={size === 'small' ? 'size-3.5' : 'size-4'} />}
      {children}
    </PlainLink>
  );
}

/** A way out of the console, in a new tab. */
export function OuterLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const t = useUiWords();
  return (
    <a href={href} target="_blank" rel="noreferrer" className={`inline-flex items-center gap-1 ${prose}`}>
      {children}
      <ExternalLink aria-hidden className="size-3.5" />
      <span className="sr-only">{t('newTab')}</span>
    </a>
  );
}
