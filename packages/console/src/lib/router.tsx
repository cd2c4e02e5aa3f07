import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { useSyncExternalStore } from 'react';
import { base } from './base.ts';

/** Where we are: `path` is relative to the base, without slashes at its ends; '' is the first page. */
export type RouteLocation = { readonly path: string; readonly search: URLSearchParams; readonly hash: URLSearchParams };

const listeners = new Set<() => void>();
const announce = (): void => {
  for (const listener of listeners) listener();
};
window.addEventListener('popstate', announce);
window.addEventListener('hashchange', announce);

/** Goes to `to` (relative to the base, such as `keys` or `?model=x`); every filter lives in the address. */
export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  const url = new URL(to.startsWith('?') ? `${window.location.pathname}${to}` : to, base);
  if (url.href === window.location.href) return;
  if (how === 'push') window.history.pushState(null, '', url);
  else window.history.replaceState(null, '', url);
  announce();
}

export function useRouteLocation(): RouteLocation {
  const href = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => window.location.href,
  );
  const url = new URL(href);
  return {
    path: url.pathname.slice(base.pathname.length).replace(/^\/+|\/+$/g, ''),
    search: url.searchParams,
    hash: new URLSearchParams(url.hash.slice(1)),
  };
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly to: string };

/** An anchor that stays in the page, unless the reader asks for a new tab or window. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={new URL(to, base).href} onClick={follow} />;
}
