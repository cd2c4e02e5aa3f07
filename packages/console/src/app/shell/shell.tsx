import { lazy, Suspense, type ReactNode } from 'react';
import { sidebar, usePreference } from '../../lib/preferences.ts';
import type { Site } from '../../lib/site.ts';
import type { Page } from '../pages.ts';
import { Banners } from './banners.tsx';
import { PhoneBar } from './phone-bar.tsx';
import { Sidebar } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';
import { useShellWords } from './words.ts';

/** What administrators have written: the page does not wait for it. */
const Announcement = lazy(() => import('../../components/site/announcement.tsx'));
const SiteFooter = lazy(() => import('../../components/site/site-footer.tsx'));

type ShellProps = { readonly site: Site; readonly page: Page | undefined; readonly children: ReactNode };

/** After sign-in: the navigation at the side (at the foot of a phone), the bar above, the page between. */
export function Shell({ site, page, children }: ShellProps) {
  const t = useShellWords();
  const width = usePreference(sidebar);
  return (
    <div data-sidebar={width} className="grid min-h-dvh grid-cols-[minmax(0,1fr)] md:grid-cols-[auto_minmax(0,1fr)]">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:inset-s-3 focus:top-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:text-accent-ink"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('page')?.focus();
        }}
      >
        {t('skip')}
      </a>
      <Sidebar site={site} page={page} />
      <div className="flex min-w-0 flex-col max-md:pb-(--phone-bar)">
        <TopBar site={site} page={page} />
        <Banners site={site} />
        <Suspense fallback={null}>
          <Announcement className="px-4 sm:px-6" />
        </Suspense>
        <main id="page" tabIndex={-1} className="mx-auto w-full max-w-[100rem] grow px-4 py-5 outline-none sm:px-6">
          {children}
        </main>
        <Suspense fallback={null}>
          <SiteFooter className="mx-auto w-full max-w-[100rem] px-4 sm:px-6" />
        </Suspense>
      </div>
      <PhoneBar page={page} />
    </div>
  );
}
