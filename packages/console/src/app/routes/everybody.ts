import { Activity, Store, Trophy } from 'lucide-react';
import type { Page } from '../pages.ts';

/** What all may see, visitors too where the settings say so. */
export const everybodyPages: readonly Page[] = [
  {
    path: '/catalog',
    title: 'catalog',
    words: ['catalog', 'grid', 'models'],
    open: true,
    shared: true,
    door: 'marketplace',
    group: 'user',
    icon: Store,
    load: () => import('../../features/catalog/catalog.tsx'),
  },
  {
    path: '/rankings',
    title: 'rankings',
    words: ['catalog'],
    open: true,
    shared: true,
    door: 'rankings',
    group: 'user',
    icon: Trophy,
    load: () => import('../../features/catalog/rankings.tsx'),
  },
  {
    path: '/status',
    title: 'status',
    words: ['catalog'],
    open: true,
    door: 'status',
    group: 'user',
    icon: Activity,
    load: () => import('../../features/catalog/status.tsx'),
  },
];
