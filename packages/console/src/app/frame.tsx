import { Outlet, useNavigate, useLocation } from '@tanstack/react-router';
import { LoaderCircle, Lock } from 'lucide-react';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { Button } from '../components/ui/button.tsx';
import { EmptyState } from '../components/ui/empty-state.tsx';
import { ErrorNotice } from '../components/ui/error-state.tsx';
import { LinkButton } from '../components/ui/link.tsx';
import { useLate } from '../components/ui/skeleton.tsx';
import { loadWords } from '../lib/i18n.ts';
import { useProofAsk } from '../lib/proof.ts';
import { useRights, useSession } from '../lib/session.ts';
import { type Site, useSite } from '../lib/site.ts';
import { useGivenTitle } from '../lib/title.ts';
import { useCurrentPage } from './current-page.ts';
import { usePageWords, type Page } from './pages.ts';
import { formerAddress } from './former-addresses.ts';
import { Shell } from './shell/shell.tsx';
import { useShellWords } from './shell/words.ts';

/** The way in is loaded only where somebody is outside. */
const Outside = lazy(async () => {
  const [module] = await Promise.all([import('../features/access/outside.tsx'), loadWords(['access', 'form'])]);
  return module;
});

const ProofDialog = lazy(async () => {
  const [module] = await Promise.all([import('../components/proof/proof-dialog.tsx'), loadWords(['proof', 'form'])]);
  return module;
});

/** Asks who sits there, when a call wants to know. */
function Proofs() {
  const ask = useProofAsk();
  if (ask === undefined) return null;
  return (
    <Suspense fallback={null}>
      <ProofDialog ask={ask} />
    </Suspense>
  );
}

const Open = lazy(() => import('./shell/open.tsx'));
const Landing = lazy(async () => {
  const [module] = await Promise.all([import('../features/site/landing.tsx'), loadWords(['site'])]);
  return module;
});

const OwnLanding = lazy(() => import('../features/site/own-landing.tsx'));

/** Pages that need nobody to be signed in; a gateway for everybody has a first page for visitors, too. */
function isOpenToVisitors({ doors, mode, firstPage, setupNeeded }: Site, page: Page | undefined): boolean {
  if (setupNeeded || page === undefined) return false;
  if (page.open !== true) return page.path === '/home' && (mode === 'public' || firstPage !== null);
  return page.door === undefined || doors[page.door] === 'public';
}

const Focused = lazy(() => import('./shell/focused.tsx'));

/** Around every page: who is asking comes first, the address second. */
export function Frame() {
  const site = useSite();
  const session = useSession();
  const page = useCurrentPage();
  const { pathname } = useLocation();
  useDocumentTitle(site.data?.name ?? 'Tollgate', page, session.data !== null || page?.public === true);

  const moved = page === undefined ? formerAddress(pathname) : undefined;
  if (moved !== undefined) return <GoOn to={moved} />;

  const error = site.data === undefined ? site.error : session.data === undefined ? session.error : null;
  if (error !== null)
    return <Unreachable error={error} again={() => void Promise.all([site.refetch(), session.refetch()])} />;
  // A first paint that lasts some milliseconds is better empty than flickering.
  if (site.data === undefined || session.data === undefined) return <FirstPaint />;
  if (session.data === null && isOpenToVisitors(site.data, page))
    return (
      <Suspense fallback={<div aria-busy="true" />}>
        <Open site={site.data} page={page} wide={page?.open !== true && site.data.firstPage !== null}>
          {page?.open === true ? <Outlet /> : site.data.firstPage === null ? <Landing /> : <OwnLanding />}
        </Open>
      </Suspense>
    );
  if (session.data === null || page?.always === true)
    return (
      <Suspense fallback={<div aria-busy="true" />}>
        <Outside site={site.data} setup={page?.path === '/setup'}>
          {page?.public === true ? <Outlet /> : undefined}
        </Outside>
      </Suspense>
    );
  // Signed in, on the spent set-up link or another page for strangers: there is nothing left to do there.
  if (page?.public === true) return <GoOn to={page.after ?? '/home'} />;
  if (page?.focused === true)
    return (
      <Suspense fallback={<div aria-busy="true" />}>
        <Focused site={site.data}>
          <Proofs />
          <Permitted page={page}>
            <Outlet />
          </Permitted>
        </Focused>
      </Suspense>
    );
  return (
    <Shell site={site.data} page={page}>
      <Proofs />
      {page === undefined ? (
        <NotFound />
      ) : (
        <Permitted page={page}>
          <Outlet />
        </Permitted>
      )}
    </Shell>
  );
}

/** Nothing at first; something turns when the gateway takes its time. */
function FirstPaint() {
  const late = useLate(true, 700);
  return (
    <div aria-busy="true" className="grid min-h-dvh place-items-center">
      {late && <LoaderCircle aria-hidden className="size-6 animate-spin text-muted motion-reduce:animate-none" />}
    </div>
  );
}

/** Goes elsewhere, once: the router's own part for it goes anew with each drawing, and this frame is drawn while one is on the way. */
function GoOn({ to }: { readonly to: string }) {
  const navigate = useNavigate();
  useEffect(() => {
    void navigate({ to, replace: true });
  }, [navigate, to]);
  return null;
}

function useDocumentTitle(site: string, page: Page | undefined, shown: boolean): void {
  const t = usePageWords();
  const thing = useGivenTitle();
  const words = !shown || page === undefined ? undefined : (thing ?? t(page.title));
  useEffect(() => {
    document.title = words === undefined ? site : `${words} · ${site}`;
  }, [site, words]);
}

/** A page without its permission says which right is missing, rather than failing with what it asks for. */
function Permitted({ page, children }: { readonly page: Page; readonly children: ReactNode }) {
  const t = useShellWords();
  const rights = useRights();
  if (page.permission === undefined || rights.may(page.permission)) return children;
  return (
    <EmptyState page icon={Lock} title={t('noPermission')} action={<LinkButton to="/">{t('goHome')}</LinkButton>}>
      {t('missingRight', { permission: page.permission })}
    </EmptyState>
  );
}

function NotFound() {
  const t = useShellWords();
  return (
    <EmptyState page title={t('notFound')} action={<LinkButton to="/">{t('goHome')}</LinkButton>}>
      {t('notFoundWhy')}
    </EmptyState>
  );
}

function Unreachable({ error, again }: { readonly error: Error; readonly again: () => void }) {
  const t = useShellWords();
  return (
    <main className="mx-auto max-w-md px-4 py-24">
      <h1 className="sr-only">Tollgate</h1>
      <ErrorNotice title={t('unreachable')} error={error} />
      <Button className="mt-4" onPress={again}>
        {t('tryAgain')}
      </Button>
    </main>
  );
}
