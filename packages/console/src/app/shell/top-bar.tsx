import { ChevronRight } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { PlainLink } from '../../components/ui/link.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { usd, usdFloored } from '../../lib/money.ts';
import { useMe } from '../../lib/session.ts';
import type { Site } from '../../lib/site.ts';
import { useGivenTitle } from '../../lib/title.ts';
import { parentsOf } from '../current-page.ts';
import { usePageWords, type Page } from '../pages.ts';
import { HealthWord } from './health-word.tsx';
import { Keys } from './keys.tsx';
import { useShellWords } from './words.ts';

/** What floats above the page is loaded beside it. */
const AccountMenu = lazy(() => import('./account-menu.tsx'));

type TopBarProps = { readonly site: Site; readonly page: Page | undefined };

/** Where one is, the state of the gateway, what is left in the wallet, and the account. */
export function TopBar({ site, page }: TopBarProps) {
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-b border-line bg-canvas/95 px-4 backdrop-blur-sm sm:px-6">
      <PlainLink to="/" className="rounded-md md:hidden" aria-label={site.name}>
        <Logo className="size-6" own={site.images} />
      </PlainLink>
      {page !== undefined && <Breadcrumb page={page} />}
      <div className="ms-auto flex items-center gap-3 sm:gap-4">
        <Keys />
        <HealthWord site={site} />
        <Balance />
        <Suspense fallback={<span className="w-10 lg:w-44" />}>
          <AccountMenu />
        </Suspense>
      </div>
    </header>
  );
}

function Breadcrumb({ page }: { readonly page: Page }) {
  const t = useShellWords();
  const pageWords = usePageWords();
  const thing = useGivenTitle();
  return (
    <nav aria-label={t('breadcrumb')} className="min-w-0">
      <ol className="flex min-w-0 items-center gap-1.5 text-small">
        {parentsOf(page).map((above) => (
          <li key={above.path} className="flex shrink-0 items-center gap-1.5 max-sm:hidden">
            <PlainLink to={above.path} className="rounded-sm text-muted hover:text-ink">
              {pageWords(above.title)}
            </PlainLink>
            <ChevronRight aria-hidden className="size-3.5 text-muted rtl:-scale-x-100" />
          </li>
        ))}
        <li aria-current="page" className="truncate font-medium">
          {thing ?? pageWords(page.title)}
        </li>
      </ol>
    </nav>
  );
}

/** What is left in the wallet of whoever is signed in. */
function Balance() {
  const t = useShellWords();
  const { balanceNanos } = useMe().user;
  return (
    <p className="text-small text-muted">
      <span className="max-sm:sr-only">{t('balance')} </span>
      {balanceNanos === null ? (
        <span className="font-medium text-ink">{t('balanceUnknown')}</span>
      ) : (
        <span className="font-medium text-ink" title={usd(BigInt(balanceNanos))}>
          {usdFloored(BigInt(balanceNanos))}
        </span>
      )}
    </p>
  );
}
