import type { Page } from '../pages.ts';

/** What administrators have written. */
export const writtenPages: readonly Page[] = [
  {
    path: '/about',
    title: 'about',
    words: ['site'],
    open: true,
    load: () => import('../../features/site/written.tsx'),
  },
  {
    path: '/faq',
    title: 'faq',
    words: ['site'],
    open: true,
    load: () => import('../../features/site/written.tsx'),
  },
  {
    path: '/terms',
    title: 'terms',
    words: ['site'],
    open: true,
    load: () => import('../../features/site/written.tsx'),
  },
  {
    path: '/privacy',
    title: 'privacy',
    words: ['site'],
    open: true,
    load: () => import('../../features/site/written.tsx'),
  },
];
