import { lazy, Suspense } from 'react';
import { useSiteContent, writtenPages } from '../../lib/site-content.ts';
import { PlainLink } from '../ui/link.tsx';
import { useUiWords } from '../ui/words.ts';

const Markdown = lazy(() => import('../markdown/markdown.tsx'));

/** What stands below every page: the administrators' words, and the pages that they have written. */
export default function SiteFooter({ className = '' }: { readonly className?: string }) {
  const t = useUiWords();
  const content = useSiteContent().data;
  if (content === undefined) return null;
  const written = writtenPages.filter((name) => content[name].trim() !== '');
  if (content.footer.trim() === '' && written.length === 0) return null;
  return (
    <footer
      className={`flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line py-3 text-small text-muted ${className}`}
    >
      <div className="min-w-0">
        {content.footer.trim() !== '' && (
          <Suspense fallback={null}>
            <Markdown text={content.footer} />
          </Suspense>
        )}
      </div>
      {written.length > 0 && (
        <nav aria-label={t('site.pages')} className="flex flex-wrap gap-x-4 gap-y-1">
          {written.map((name) => (
            <PlainLink key={name} to={`/${name}`} className="rounded-sm py-1 hover:text-ink hover:underline">
              {t(`site.${name}`)}
            </PlainLink>
          ))}
        </nav>
      )}
    </footer>
  );
}
