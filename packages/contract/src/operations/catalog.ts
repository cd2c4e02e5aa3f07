import { catalogSchema } from '../api/catalog.ts';
import { declare } from './declare.ts';

/** The models as those see them who use them: capabilities, prices, uptime, rankings. */
export const catalogOperations = declare({
  'catalog.read': {
    method: 'get',
    path: '/catalog',
    permission: 'account:read',
    summary: 'Models with one’s own prices, their uptime and rankings, as far as they are open to members',
    answer: catalogSchema,
  },
  'site.catalog': {
    method: 'get',
    path: '/site/catalog',
    permission: 'public',
    summary: 'Models with the prices of new accounts, their uptime and rankings, as far as they are open to visitors',
    answer: catalogSchema,
  },
});
