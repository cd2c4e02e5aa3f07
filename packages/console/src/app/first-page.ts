import type { QueryClient } from '@tanstack/react-query';
import { base } from '../lib/base.ts';
import { meQuery } from '../lib/session.ts';
import { pages } from './routes.ts';

/**
 * Begins to fetch what the page at an address needs before the router asks for it: its code, and then what it shows, as soon as
 * it is known who is asking. Says which words it needs, to be read beside those of every page. A page of one thing (`/keys/$id`)
 * waits for the router.
 */
export function fetchFirstPage(pathname: string, queries: QueryClient): readonly string[] {
  const own = `/${pathname.slice(base.pathname.length)}`;
  const page = pages.find(({ path }) => path === (own === '/' ? '/home' : own));
  if (page === undefined) return [];
  const begin = async (): Promise<void> => {
    const [module, me] = await Promise.all([page.load(), queries.ensureQueryData(meQuery)]);
    if (me !== null) module.begin?.(queries, me);
  };
  // What fails here fails again where it is shown.
  begin().catch(() => undefined);
  return page.words;
}
