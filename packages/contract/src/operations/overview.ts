import { cacheQuerySchema, cacheRouteSchema } from '../api/caches.ts';
import {
  channelHealthSchema,
  gatewayOverviewSchema,
  gatewayStatusSchema,
  myOverviewSchema,
  overviewQuerySchema,
} from '../api/overview.ts';
import { listOf } from '../api/page.ts';
import { declare } from './declare.ts';

/** What Home and the list of channels say at a glance. */
export const overviewOperations = declare({
  'overview.mine': {
    method: 'get',
    path: '/overview/mine',
    permission: 'account:read',
    summary: 'One’s own spending, keys and last errors',
    query: overviewQuerySchema,
    answer: myOverviewSchema,
  },
  'overview.gateway': {
    method: 'get',
    path: '/overview/gateway',
    permission: 'status:read',
    summary: 'State, traffic, cost and what needs attention',
    answer: gatewayOverviewSchema,
  },
  'overview.status': {
    method: 'get',
    path: '/overview/status',
    permission: 'status:read',
    summary: 'Whether channels are in trouble or requests fail, in a word',
    answer: gatewayStatusSchema,
  },
  'channels.caches': {
    method: 'get',
    path: '/channel-caches',
    permission: 'channels:read',
    summary: 'What prompt caches did on each route: written, read, saved, wasted',
    query: cacheQuerySchema,
    answer: listOf(cacheRouteSchema),
  },
  'channels.health': {
    method: 'get',
    path: '/channel-health',
    permission: 'channels:read',
    summary: 'State and last day of every channel',
    answer: listOf(channelHealthSchema),
  },
});
