import {
  Boxes,
  ClipboardList,
  House,
  KeyRound,
  Network,
  ScrollText,
  SlidersHorizontal,
  Users,
  UsersRound,
} from 'lucide-react';
import type { Page } from './pages.ts';

/**
 * The route table: every page of the console, in the order of the navigation. A new page is a line here, its title in
 * locales/LANGUAGE/pages.json, its words in a namespace of its own, and a line in the table of e2e/browser/pages.ts.
 */
export const pages: readonly Page[] = [
  // What is one's own
  {
    path: '/home',
    title: 'home',
    words: ['home'],
    permission: 'account:read',
    group: 'user',
    icon: House,
    phone: true,
    letter: 'h',
    load: () => import('../features/home/home.tsx'),
  },
  {
    path: '/requests',
    title: 'requests',
    words: ['requests'],
    permission: 'requests:read',
    group: 'user',
    icon: ScrollText,
    phone: true,
    letter: 'l',
    load: () => import('../features/requests/requests.tsx'),
  },
  {
    path: '/keys',
    title: 'keys',
    words: ['keys', 'form', 'grid'],
    permission: 'keys:read',
    group: 'user',
    icon: KeyRound,
    phone: true,
    letter: 'k',
    load: () => import('../features/keys/keys.tsx'),
  },
  // Operate
  {
    path: '/channels',
    title: 'channels',
    words: ['channels', 'form', 'grid'],
    permission: 'channels:read',
    group: 'operate',
    icon: Network,
    phone: true,
    letter: 'c',
    load: () => import('../features/channels/channels.tsx'),
  },
  {
    path: '/channels/$id',
    title: 'channel',
    words: ['channels', 'form', 'grid'],
    permission: 'channels:read',
    parent: '/channels',
    load: () => import('../features/channels/channel.tsx'),
  },
  {
    path: '/models',
    title: 'models',
    words: ['models', 'form', 'grid'],
    permission: 'models:read',
    group: 'operate',
    icon: Boxes,
    letter: 'm',
    load: () => import('../features/models/models.tsx'),
  },
  {
    path: '/models/$name',
    title: 'model',
    words: ['models', 'form', 'grid'],
    permission: 'models:read',
    parent: '/models',
    load: () => import('../features/models/model.tsx'),
  },

  // Govern
  {
    path: '/users',
    title: 'users',
    words: ['users', 'form', 'grid'],
    permission: 'users:read',
    group: 'govern',
    icon: Users,
    letter: 'u',
    load: () => import('../features/users/users.tsx'),
  },
  {
    path: '/users/$id',
    title: 'user',
    words: ['users', 'form', 'grid'],
    permission: 'users:read',
    parent: '/users',
    load: () => import('../features/users/user.tsx'),
  },
  {
    path: '/groups',
    title: 'groupList',
    words: ['groups', 'form'],
    permission: 'groups:read',
    group: 'govern',
    icon: UsersRound,
    load: () => import('../features/groups/groups.tsx'),
  },
  {
    path: '/audit',
    title: 'audit',
    words: ['audit'],
    permission: 'audit:read',
    group: 'govern',
    icon: ClipboardList,
    letter: 'a',
    load: () => import('../features/audit/audit.tsx'),
  },
  // System
  {
    path: '/settings',
    title: 'settings',
    words: ['settings', 'setting-leaves', 'form'],
    permission: 'settings:read',
    group: 'system',
    icon: SlidersHorizontal,
    letter: 's',
    load: () => import('../features/settings/settings.tsx'),
  },

  {
    path: '/parts',
    title: 'gallery',
    words: ['gallery', 'form', 'grid'],
    permission: 'settings:read',
    load: () => import('../features/gallery/gallery.tsx'),
  },
  // For strangers
  {
    path: '/setup',
    title: 'setup',
    words: ['access', 'form'],
    public: true,
    load: () => import('../features/access/setup.tsx'),
  },
];
