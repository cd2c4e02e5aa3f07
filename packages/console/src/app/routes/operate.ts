import { Boxes, Network } from 'lucide-react';
import type { Page } from '../pages.ts';

/** What administrators operate. */
export const operatePages: readonly Page[] = [
  {
    path: '/channels',
    title: 'channels',
    words: ['channels', 'form', 'grid', 'bundles', 'descriptors'],
    permission: 'channels:read',
    group: 'operate',
    icon: Network,
    phone: true,
    letter: 'c',
    load: () => import('../../features/channels/channels.tsx'),
  },
  {
    path: '/channels/$id',
    title: 'channel',
    words: ['channels', 'overrides', 'form', 'grid', 'bundles', 'descriptors'],
    permission: 'channels:read',
    parent: '/channels',
    load: () => import('../../features/channels/channel.tsx'),
  },
  {
    path: '/model-watches',
    title: 'modelWatches',
    words: ['channels'],
    permission: 'channels:read',
    parent: '/channels',
    load: () => import('../../features/channels/watches/watches.tsx'),
  },
  {
    path: '/models',
    title: 'models',
    words: ['models', 'form', 'grid'],
    permission: 'models:read',
    group: 'operate',
    icon: Boxes,
    letter: 'm',
    load: () => import('../../features/models/models.tsx'),
  },
  {
    path: '/models/$name',
    title: 'model',
    words: ['models', 'form', 'grid'],
    permission: 'models:read',
    parent: '/models',
    load: () => import('../../features/models/model.tsx'),
  },
  {
    path: '/model-bundles',
    title: 'modelBundles',
    words: ['bundles', 'form'],
    permission: 'models:read',
    parent: '/models',
    load: () => import('../../features/models/bundles.tsx'),
  },
  {
    path: '/price-lists',
    title: 'priceLists',
    words: ['models', 'grid'],
    permission: 'models:write',
    parent: '/models',
    load: () => import('../../features/models/price-lists.tsx'),
  },
];
