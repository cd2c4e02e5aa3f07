import type { Page } from '../pages.ts';

/** For strangers, before anybody has signed in. */
export const strangerPages: readonly Page[] = [
  {
    path: '/sign-in',
    title: 'signIn',
    words: ['access', 'form'],
    public: true,
    load: () => import('../../features/access/sign-in-page.tsx'),
  },
  {
    path: '/setup',
    title: 'setup',
    words: ['access', 'form'],
    public: true,
    after: '/start',
    load: () => import('../../features/access/setup.tsx'),
  },
  {
    path: '/sign-up',
    title: 'signUp',
    words: ['access', 'form'],
    public: true,
    load: () => import('../../features/access/sign-up.tsx'),
  },
  {
    path: '/forgot',
    title: 'forgot',
    words: ['access', 'form'],
    public: true,
    load: () => import('../../features/access/forgot.tsx'),
  },
  {
    path: '/sign-in/$id',
    title: 'comeBack',
    words: ['access', 'form'],
    public: true,
    always: true,
    load: () => import('../../features/access/come-back.tsx'),
  },
  {
    path: '/reset',
    title: 'reset',
    words: ['access', 'form'],
    public: true,
    always: true,
    load: () => import('../../features/access/reset.tsx'),
  },
  {
    path: '/confirm',
    title: 'confirm',
    words: ['access', 'form'],
    public: true,
    load: () => import('../../features/access/confirm.tsx'),
  },
  {
    path: '/confirm-email',
    title: 'confirmEmail',
    words: ['access'],
    public: true,
    always: true,
    load: () => import('../../features/access/confirm-email.tsx'),
  },
];
