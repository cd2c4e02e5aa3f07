import { ChevronDown, PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { PlainLink } from '../../components/ui/link.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { sidebar, sidebarPart, usePreference } from '../../lib/preferences.ts';
import type { Site } from '../../lib/site.ts';
import { usePageWords, type NavigationGroup, type Page } from '../pages.ts';
import { isCurrent, useNavigation, type Section } from './navigation.ts';
import { useShellWords } from './words.ts';

type SidebarProps = { readonly site: Site; readonly page: Page | undefined };

const parts: Readonly<Record<NavigationGroup, ReturnType<typeof sidebarPart>>> = {
  user: sidebarPart('user'),
  operate: sidebarPart('operate'),
  govern: sidebarPart('govern'),
  system: sidebarPart('system'),
};

/** The pages by their groups. On a tablet, and where it was narrowed, it is a rail of icons whose names are tooltips. */
export function Sidebar({ site, page }: SidebarProps) {
  const t = useShellWords();
  const sections = useNavigation();
  const list = useRef<HTMLElement>(null);
  const narrow = usePreference(sidebar) === 'narrow';
  const wordsOnly = narrow ? 'sr-only' : 'max-lg:sr-only';
  useEffect(() => {
    list.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' });
  }, [page?.path]);
  return (
    <aside
      className={`sticky top-0 hidden h-dvh flex-col border-e border-line bg-canvas md:flex ${narrow ? 'w-13' : 'w-13 lg:w-56'}`}
    >
      <PlainLink to="/" className="m-1.5 flex h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover">
        <Logo className="size-6" own={site.images} />
        <span className={`truncate font-semibold tracking-tight ${wordsOnly}`}>{site.name}</span>
      </PlainLink>
      <nav ref={list} aria-label={t('pages')} className="min-h-0 grow overflow-y-auto px-1.5 py-1.5">
        {sections.map((section) => (
          <Part key={section.group} section={section} page={page} narrow={narrow} titled={sections.length > 1} />
        ))}
      </nav>
      <div className="hidden border-t border-line p-1.5 lg:block">
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

type PartProps = {
  readonly section: Section;
  readonly page: Page | undefined;
  readonly narrow: boolean;
  readonly titled: boolean;
};

/** The pages of a group, under its name, which puts them away. A rail of icons has no names, and shows all of them. */
function Part({ section: { group, pages }, page, narrow, titled }: PartProps) {
  const t = usePageWords();
  const part = parts[group];
  const closed = usePreference(part) === 'closed' && titled && !narrow;
  const wordsOnly = narrow ? 'sr-only' : 'max-lg:sr-only';
  return (
    <div className="not-first:mt-3">
      {titled && (
        <button
          type="button"
          aria-expanded={!closed}
          className={`flex min-h-6 w-full items-center gap-1 rounded-sm px-2 text-xs font-medium text-muted hover:text-ink ${narrow ? 'hidden' : 'max-lg:hidden'}`}
          onClick={() => part.choose(closed ? 'open' : 'closed')}
        >
          {t(`groups.${group}`)}
          <ChevronDown aria-hidden className={`size-3 ${closed ? '-rotate-90 rtl:rotate-90' : ''}`} />
        </button>
      )}
      <ul className={`grid gap-px ${closed ? 'lg:hidden' : ''}`}>
        {pages.map((entry) => (
          <li key={entry.path}>
            <NavigationLink entry={entry} current={isCurrent(entry, page)} wordsOnly={wordsOnly} />
          </li>
        ))}
      </ul>
    </div>
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
      className={`flex min-h-7.5 items-center gap-2.5 rounded-md px-2 text-sm transition-colors pointer-coarse:min-h-11 ${
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
