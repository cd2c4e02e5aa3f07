import { lazy, Suspense, type ReactNode } from 'react';
import { useSiteContent, writtenPages } from '../../lib/site-content.ts';
import { PlainLink } from '../ui/link.tsx';
import { useUiWords } from '../ui/words.ts';

const Markdown = lazy(() => import('../markdown/markdown.tsx'));

type SiteFooterProps = {
  readonly className?: string;
  /** At its end, and then there even while nothing is written. */
  readonly children?: ReactNode;
};

/** What stands below every page: the administrators' words, and the pages that they have written. */
export default function SiteFooter({ className = '', children }: SiteFooterProps) {
  const t = useUiWords();
  const content = useSiteContent().data;
  const text = content?.footer.trim() ?? '';
  const written = content === undefined ? [] : writtenPages.filter((name) => content[name].trim() !== '');
  if (text === '' && written.length === 0 && children === undefined) return null;
  return (
    <footer
      className={`flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line py-3 text-small text-muted ${className}`}
    >
      <div className="min-w-0">
        {text !== '' && (
          <Suspense fallback={null}>
            <Markdown text={text} />
          </Suspense>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        {written.length > 0 && (
          <nav aria-label={t('site.pages')} className="flex flex-wrap gap-x-4 gap-y-1">
            {written.map((name) => (
              <PlainLink key={name} to={`/${name}`} className="rounded-sm py-1 hover:text-ink hover:underline">
                {t(`site.${name}`)}
              </PlainLink>
            ))}
          </nav>
        )}
        {children !== undefined && <div className="flex items-center gap-3">{children}</div>}
      </div>
    </footer>
  );
}
