import { Server, SlidersHorizontal } from 'lucide-react';
import type { Page } from '../pages.ts';

/** The gateway itself. */
export const systemPages: readonly Page[] = [
  {
    path: '/settings',
    title: 'settings',
    words: ['settings', 'setting-leaves', 'form'],
    permission: 'settings:read',
    group: 'system',
    icon: SlidersHorizontal,
    letter: 's',
    load: () => import('../../features/settings/settings.tsx'),
  },
  {
    path: '/system',
    title: 'system',
    words: ['system', 'grid'],
    permission: 'status:read',
    group: 'system',
    icon: Server,
    letter: 'x',
    load: () => import('../../features/system/system.tsx'),
  },
  {
    path: '/parts',
    title: 'gallery',
    words: ['gallery', 'form', 'grid'],
    permission: 'settings:read',
    load: () => import('../../features/gallery/gallery.tsx'),
  },
  {
    path: '/start',
    title: 'start',
    words: ['start', 'snippets', 'form', 'descriptors'],
    permission: 'settings:write',
    focused: true,
    load: () => import('../../features/start/start.tsx'),
  },
];
