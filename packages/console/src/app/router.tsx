import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { SkeletonRows } from '../components/ui/skeleton.tsx';
import { base } from '../lib/base.ts';
import { loadWords } from '../lib/i18n.ts';
import { parseSearch, stringifySearch } from '../lib/search.ts';
import type { Page } from './pages.ts';
import { Frame } from './frame.tsx';
import { PageError } from './page-error.tsx';
import { pages } from './routes.ts';

const root = createRootRoute({ component: Frame, notFoundComponent: () => null });

/** The first thing to see. */
const first = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    // TanStack's way of going elsewhere is to throw it.
    // oxlint-disable-next-line typescript/only-throw-error -- see above
    throw redirect({ to: '/home', replace: true });
  },
});

const routeOf = (page: Page) =>
  createRoute({
    getParentRoute: () => root,
    path: page.path,
    component: lazyRouteComponent(async () => {
      const [module] = await Promise.all([page.load(), loadWords(page.words)]);
      return module;
    }),
    errorComponent: PageError,
  });

export const router = createRouter({
  routeTree: root.addChildren([...(pages.some(({ path }) => path === '/') ? [] : [first]), ...pages.map(routeOf)]),
  basepath: base.pathname,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  defaultPendingComponent: () => <SkeletonRows />,
  scrollRestoration: true,
});
