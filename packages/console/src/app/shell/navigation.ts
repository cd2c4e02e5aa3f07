import { useRights } from '../../lib/session.ts';
import { useSite } from '../../lib/site.ts';
import { navigationGroups, type NavigationGroup, type Page } from '../pages.ts';
import { pages } from '../routes.ts';

export type Section = { readonly group: NavigationGroup; readonly pages: readonly Page[] };

/** The navigation of whoever is signed in: the pages there are, without those that their role does not open. */
export function useNavigation(): readonly Section[] {
  const { may } = useRights();
  const site = useSite().data;
  const alone = site?.mode === 'personal';
  const open = pages.filter(
    ({ permission, shared, door }) =>
      (permission === undefined || may(permission)) &&
      !(alone && shared === true) &&
      (door === undefined || may('settings:read') || (site !== undefined && site.doors[door] !== 'closed')),
  );
  return navigationGroups
    .map((group) => ({ group, pages: open.filter((page) => page.group === group) }))
    .filter((section) => section.pages.length > 0);
}

/** Whether a page of the navigation is where one is, or above it. */
export const isCurrent = (entry: Page, page: Page | undefined): boolean =>
  page !== undefined && (entry.path === page.path || entry.path === page.parent);
