import './styles.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { KitProvider } from '../components/ui/kit-provider.tsx';
import { base } from '../lib/base.ts';
import { ApiError } from '../lib/client.ts';
import { startI18n, useLanguage } from '../lib/i18n.ts';
import { meKey, meQuery } from '../lib/session.ts';
import { siteQuery } from '../lib/site.ts';
import { fetchFirstPage } from './first-page.ts';
import { router } from './router.tsx';
import { languagesThere, readWords } from './words-files.ts';

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended elsewhere: back to the sign-in, at the same address.
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) queries.setQueryData(meKey, null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 2000,
      // Refusals do not get better by asking again; a gateway that is being restarted does.
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

/** Loaded beside the first page, not before it. */
const Toasts = lazy(() => import('../components/ui/toast.tsx'));

/** An address of the console as the browser has it, below whatever the console lies under. */
const withBase = (path: string): string => `${base.pathname.replace(/\/$/, '')}${path}`;

function App() {
  const locale = useLanguage();
  return (
    <KitProvider locale={locale} go={(address) => router.history.push(address)} addressOf={withBase}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Suspense fallback={null}>
          <Toasts />
        </Suspense>
      </QueryClientProvider>
    </KitProvider>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
// What the first page needs, side by side: the words, who is asking, and its code. Whoever needs an answer that did not come asks again.
void queries.prefetchQuery(siteQuery);
void queries.prefetchQuery(meQuery);
const words = fetchFirstPage(window.location.pathname, queries);
await startI18n(languagesThere, readWords, ['ui', 'shell', 'pages', ...words]);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
