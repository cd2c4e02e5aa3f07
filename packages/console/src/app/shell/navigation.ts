import { useRights } from '../../lib/session.ts';
import { navigationGroups, type NavigationGroup, type Page } from '../pages.ts';
import { pages } from '../routes.tsx';

export type Section = { readonly group: NavigationGroup; readonly pages: readonly Page[] };

/** The navigation of whoever is signed in: the pages there are, without those that their role does not open. */
export function useNavigation(): readonly Section[] {
  const { may } = useRights();
  const open = pages.filter(({ permission }) => permission === undefined || may(permission));
  return navigationGroups
    .map((group) => ({ group, pages: open.filter((page) => page.group === group) }))
    .filter((section) => section.pages.length > 0);
}

/** Whether a page of the navigation is where one is, or above it. */
export const isCurrent = (entry: Page, page: Page | undefined): boolean =>
  page !== undefined && (entry.path === page.path || entry.path === page.parent);
