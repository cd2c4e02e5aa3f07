import { PlainLink } from '../../components/ui/link.tsx';
import type { Site } from '../../lib/site.ts';
import { usePageWords, type Page } from '../pages.ts';
import { pages } from '../routes.ts';
import { useShellWords } from './words.ts';

/** The names of the pages that visitors may read; nothing where there are none. */
export function VisitorPages({ site, page }: { readonly site: Site; readonly page: Page | undefined }) {
  const t = useShellWords();
  const pageWords = usePageWords();
  const shown = pages.filter(({ door }) => door !== undefined && site.doors[door] === 'public');
  if (shown.length === 0) return null;
  return (
    <nav aria-label={t('pages')} className="flex gap-x-4 max-sm:order-last max-sm:w-full">
      {shown.map((one) => (
        <PlainLink
          key={one.path}
          to={one.path}
          aria-current={one.path === page?.path ? 'page' : undefined}
          className="rounded-sm py-1.5 text-muted hover:text-ink aria-[current]:font-medium aria-[current]:text-ink"
        >
          {pageWords(one.title)}
        </PlainLink>
      ))}
    </nav>
  );
}
