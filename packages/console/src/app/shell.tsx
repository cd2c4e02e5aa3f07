import type { MeView } from '@tollgate/contract/api/people';
import type { ReactNode } from 'react';
import { Logo } from '../components/icon.tsx';
import { AccountMenu } from '../features/account/account-menu.tsx';
import { Balance } from '../features/account/balance.tsx';
import { StatusWord } from '../features/status/gateway-status.tsx';
import { Link, useRouteLocation } from '../lib/router.tsx';
import type { Site } from '../lib/site.ts';

const pages = [
  ['', 'Requests'],
  ['keys', 'API keys'],
] as const;

type ShellProps = { readonly site: Site; readonly me: MeView; readonly children: ReactNode };

/** After sign-in: header with the state of the gateway, pages, balance and account; the page below. */
export function Shell({ site, me, children }: ShellProps) {
  const { path } = useRouteLocation();
  return (
    <>
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:inset-s-3 focus:top-3 focus:z-30 focus:rounded-[var(--radius)] focus:bg-accent focus:px-3 focus:py-2 focus:text-accent-ink"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('page')?.focus();
        }}
      >
        Skip to the page
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-6 px-4 sm:px-6">
          <Link to="./" className="flex items-center gap-2.5 rounded-[var(--radius)] py-3">
            <Logo className="size-6.5" />
            <span className="font-semibold tracking-tight">{site.name}</span>
          </Link>
          <nav aria-label="Sections" className="flex gap-1 self-stretch max-md:order-last max-md:-mx-1 max-md:w-full">
            {pages.map(([to, words]) => (
              <Link
                key={to}
                to={to === '' ? './' : to}
                aria-current={path === to ? 'page' : undefined}
                className="flex items-center border-b-2 border-transparent px-2 py-2.5 text-muted transition-colors hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink md:pt-3"
              >
                {words}
              </Link>
            ))}
          </nav>
          <div className="ms-auto flex items-center gap-3 sm:gap-5">
            <StatusWord site={site} />
            <Balance me={me} />
            <AccountMenu me={me} />
          </div>
        </div>
      </header>
      <main id="page" tabIndex={-1} className="mx-auto max-w-7xl px-4 py-6 sm:px-6 sm:py-8">
        {children}
      </main>
    </>
  );
}
