import type { MeView } from '@tollgate/contract/api/people';
import type { Permission } from '@tollgate/contract/permissions';
import type { QueryClient } from '@tanstack/react-query';
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Site } from '../lib/site.ts';
import type pages from '../locales/en/pages.json';
import { namespace, type WordKey } from '../lib/i18n.ts';

/** Titles of pages, which the navigation shows before the words of a page are there. */
export const usePageWords = namespace<typeof pages>('pages');

/** Where a page stands in the navigation: what is one's own, then what administrators operate, govern and set up. */
export const navigationGroups = ['user', 'operate', 'govern', 'system'] as const;
export type NavigationGroup = (typeof navigationGroups)[number];

/** A row of the route table. */
export type Page = {
  /** Of the address, with `$name` for a parameter: `/keys/$id`. */
  readonly path: `/${string}`;
  /** Key of its title in the namespace `pages`. */
  readonly title: WordKey<typeof pages>;
  /** Namespaces whose words it shows: one for each feature, loaded with the page. */
  readonly words: readonly string[];
  /** Whoever has not got it does not see the page in the navigation, and reads there which right is missing. */
  readonly permission?: Permission;
  /** Without a group it is not in the navigation: the page of a thing, reached from its list. */
  readonly group?: NavigationGroup;
  readonly icon?: LucideIcon;
  /** Also in the bar at the foot of a phone. */
  readonly phone?: true;
  /** `g` and this letter go there. */
  readonly letter?: string;
  /** The page above it, for the breadcrumb. */
  readonly parent?: `/${string}`;
  /** For everybody: beside the navigation for who is signed in, under a head of its own for visitors. */
  readonly open?: true;
  /** What says to whom it is open; in the navigation of none but those, and of who can change the setting. */
  readonly door?: keyof Site['doors'];
  /** For strangers: shown without the frame, before anybody has signed in. */
  readonly public?: true;
  /** Of no use to one person alone: not in the navigation of a gateway that is run for oneself. */
  readonly shared?: true;
  /** One task from its beginning to its end: shown without the navigation. */
  readonly focused?: true;
  /** Of a page for strangers: shown to who is signed in, too. */
  readonly always?: true;
  /** Of a page for strangers: where somebody who is signed in goes on; default is the first page. */
  readonly after?: `/${string}`;
  /** Loads the page: `default` of its module; `begin` asks for what it shows first, before it is drawn. */
  readonly load: () => Promise<{
    readonly default: ComponentType;
    readonly begin?: (queries: QueryClient, me: MeView) => void;
  }>;
};
