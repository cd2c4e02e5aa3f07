import { base } from '../lib/base.ts';
import { pages } from './routes.ts';

/**
 * Begins to fetch the code of the page at an address before the router asks for it, which is when the words are there. A
 * page of one thing (`/keys/$id`) waits for the router.
 */
export function fetchFirstPage(pathname: string): void {
  const own = `/${pathname.slice(base.pathname.length)}`;
  const page = pages.find(({ path }) => path === (own === '/' ? '/home' : own));
  // What fails here fails again where it is shown.
  page?.load().catch(() => undefined);
}
