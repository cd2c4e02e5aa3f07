import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { PlainLink } from '../../components/ui/link.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { sidebar, usePreference } from '../../lib/preferences.ts';
import type { Site } from '../../lib/site.ts';
import { usePageWords, type Page } from '../pages.ts';
import { isCurrent, useNavigation } from './navigation.ts';
import { useShellWords } from './words.ts';

type SidebarProps = { readonly site: Site; readonly page: Page | undefined };

/** The pages by their groups. On a tablet, and where it was narrowed, it is a rail of icons whose names are tooltips. */
export function Sidebar({ site, page }: SidebarProps) {
  const t = useShellWords();
  const pageWords = usePageWords();
  const sections = useNavigation();
  const narrow = usePreference(sidebar) === 'narrow';
  const wordsOnly = narrow ? 'sr-only' : 'max-lg:sr-only';
  return (
    <aside
      className={`sticky top-0 hidden h-dvh flex-col border-e border-line bg-canvas md:flex ${narrow ? 'w-13' : 'w-13 lg:w-56'}`}
    >
      <PlainLink to="/" className="m-1.5 flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover">
        <Logo className="size-6" own={site.images} />
        <span className={`truncate font-semibold tracking-tight ${wordsOnly}`}>{site.name}</span>
      </PlainLink>
      <nav aria-label={t('pages')} className="min-h-0 grow overflow-y-auto px-1.5 py-1.5">
        {sections.map(({ group, pages }) => (
          <div key={group} className="not-first:mt-4">
            {sections.length > 1 && (
              <p className={`px-2 pb-1 text-xs font-medium text-muted ${wordsOnly}`}>{pageWords(`groups.${group}`)}</p>
            )}
            <ul className="grid gap-px">
              {pages.map((entry) => (
                <li key={entry.path}>
                  <NavigationLink entry={entry} current={isCurrent(entry, page)} wordsOnly={wordsOnly} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className="hidden p-1.5 lg:block">
        <Button
          look="quiet"
          icon={narrow ? PanelLeftOpen : PanelLeftClose}
          aria-label={narrow ? t('expand') : t('collapse')}
          className="px-2! rtl:-scale-x-100"
          onPress={() => sidebar.choose(narrow ? 'wide' : 'narrow')}
        />
      </div>
    </aside>
  );
}

type NavigationLinkProps = { readonly entry: Page; readonly current: boolean; readonly wordsOnly?: string };

/** A page in the navigation. */
export function NavigationLink({ entry, current, wordsOnly = '' }: NavigationLinkProps) {
  const t = usePageWords();
  const Icon = entry.icon;
  return (
    <PlainLink
      to={entry.path}
      aria-current={current ? 'page' : undefined}
      className={`flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm transition-colors pointer-coarse:min-h-11 ${
        current ? 'bg-selected font-medium text-ink' : 'text-muted hover:bg-hover hover:text-ink'
      }`}
    >
      {Icon !== undefined && <Icon aria-hidden className={`size-4 shrink-0 ${current ? 'text-accent' : ''}`} />}
      <span className={`truncate ${wordsOnly}`} title={t(entry.title)}>
        {t(entry.title)}
      </span>
    </PlainLink>
  );
}
