import { Ellipsis } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Button as AriaButton } from '../../components/ui/bare-button.tsx';
import { PlainLink } from '../../components/ui/link.tsx';
import { usePageWords, type Page } from '../pages.ts';
import { isCurrent, useNavigation } from './navigation.ts';
import { useShellWords } from './words.ts';

const MorePages = lazy(() => import('./more-pages.tsx'));

const item = 'flex min-w-0 grow basis-0 flex-col items-center justify-center gap-0.5 rounded-md text-xs cursor-pointer';

/** At the foot of a phone, within reach of a thumb: the pages one needs on the way, and all others behind `More`. */
export function PhoneBar({ page }: { readonly page: Page | undefined }) {
  const t = useShellWords();
  const pageWords = usePageWords();
  const sections = useNavigation();
  const [open, setOpen] = useState(false);
  // Loaded when it is asked for, and kept for its way out.
  const [asked, setAsked] = useState(false);
  useEffect(() => setOpen(false), [page]);
  const flagged = sections.flatMap((section) => section.pages.filter(({ phone }) => phone === true));
  // Who is on call needs the channels before keys of their own.
  const third = flagged.find(({ group }) => group === 'operate') ?? flagged[2];
  const short = [...flagged.slice(0, 2), ...(third === undefined ? [] : [third])];
  return (
    <>
      <nav
        aria-label={t('pages')}
        className="fixed inset-x-0 bottom-0 z-30 flex h-(--phone-bar) border-t border-line bg-surface px-2 pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {short.map((entry) => {
          const current = isCurrent(entry, page);
          const Icon = entry.icon;
          return (
            <PlainLink
              key={entry.path}
              to={entry.path}
              aria-current={current ? 'page' : undefined}
              className={`${item} ${current ? 'font-medium text-accent' : 'text-muted'}`}
            >
              {Icon !== undefined && <Icon aria-hidden className="size-5" />}
              <span className="max-w-full truncate px-1">{pageWords(entry.title)}</span>
            </PlainLink>
          );
        })}
        <AriaButton
          className={`${item} text-muted`}
          onPress={() => {
            setAsked(true);
            setOpen(true);
          }}
        >
          <Ellipsis aria-hidden className="size-5" />
          {t('more')}
        </AriaButton>
      </nav>
      {asked && (
        <Suspense fallback={null}>
          <MorePages page={page} open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
