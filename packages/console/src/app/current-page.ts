import { useMatches } from '@tanstack/react-router';
import type { Page } from './pages.ts';
import { pages } from './routes.ts';

const byPath: ReadonlyMap<string, Page> = new Map(pages.map((page) => [page.path, page]));

/** The row of the route table that the address belongs to; undefined where there is no such page. */
export function useCurrentPage(): Page | undefined {
  const last = useMatches().at(-1);
  return last === undefined ? undefined : byPath.get(String(last.routeId));
}

/** The pages above one, from the top. */
export function parentsOf(page: Page): readonly Page[] {
  const above = page.parent === undefined ? undefined : byPath.get(page.parent);
  return above === undefined ? [] : [...parentsOf(above), above];
}
