import type { ReactNode } from 'react';
import { LinkButton } from '../../components/ui/link.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import type { Site } from '../../lib/site.ts';
import { LanguageChoice, ThemeChoice } from './choices.tsx';
import { useShellWords } from './words.ts';

/** Around a page that is one task from its beginning to its end: nothing beside it but a way out. */
export default function Focused({ site, children }: { readonly site: Site; readonly children: ReactNode }) {
  const t = useShellWords();
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="mx-auto flex w-full max-w-5xl flex-wrap items-center gap-2.5 px-4 py-4 sm:px-8">
        <Logo own={site.images} />
        <span className="text-base font-semibold tracking-tight">{site.name}</span>
        <div className="ms-auto flex items-center gap-3">
          <span className="flex items-center gap-3 max-sm:hidden">
            <LanguageChoice />
            <ThemeChoice />
          </span>
          <LinkButton to="/" look="quiet" size="small">
            {t('later')}
          </LinkButton>
        </div>
      </header>
      <main id="page" tabIndex={-1} className="mx-auto w-full max-w-5xl grow px-4 pt-2 pb-12 outline-none sm:px-8">
        {children}
      </main>
    </div>
  );
}
