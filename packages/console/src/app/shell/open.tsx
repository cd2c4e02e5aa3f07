import type { ReactNode } from 'react';
import Announcement from '../../components/site/announcement.tsx';
import SiteFooter from '../../components/site/site-footer.tsx';
import { LinkButton, PlainLink } from '../../components/ui/link.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import type { Site } from '../../lib/site.ts';
import type { Page } from '../pages.ts';
import { LanguageChoice, ThemeChoice } from './choices.tsx';
import { VisitorPages } from './visitor-pages.tsx';
import { useShellWords } from './words.ts';

/** Around the pages that visitors may read: their names above, the way in beside them. */
export default function Open({ site, page, wide, children }: OpenProps) {
  const t = useShellWords();
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="border-b border-line">
        <div className="mx-auto flex w-full max-w-6xl flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3 sm:px-8">
          <PlainLink to="/" className="flex items-center gap-2.5 rounded-md">
            <Logo className="size-6" own={site.images} />
            <span className="font-semibold tracking-tight">{site.name}</span>
          </PlainLink>
          <VisitorPages site={site} page={page} />
          <div className="ms-auto flex items-center gap-2">
            <LinkButton to="/sign-in" look="primary" size="small">
              {t('signIn')}
            </LinkButton>
          </div>
        </div>
      </header>
      <Announcement className="mx-auto max-w-6xl px-4 sm:px-8" />
      <main
        id="page"
        tabIndex={-1}
        className={`w-full grow outline-none ${wide ? 'flex min-h-[70dvh] flex-col' : 'mx-auto max-w-6xl px-4 py-6 sm:px-8'}`}
      >
        {children}
      </main>
      <div className="mx-auto w-full max-w-6xl px-4 sm:px-8">
        <SiteFooter>
          <LanguageChoice />
          <ThemeChoice />
        </SiteFooter>
      </div>
    </div>
  );
}

type OpenProps = {
  readonly site: Site;
  readonly page: Page | undefined;
  /** The page reaches the edges of the window. */
  readonly wide: boolean;
  readonly children: ReactNode;
};
