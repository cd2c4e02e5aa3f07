import type { MeView } from '@tollgate/contract/api/people';
import type { QueryClient } from '@tanstack/react-query';
import { operationQuery } from '../../lib/operations.ts';

/** What the page is asked with: the same where it is asked for in advance and where it is shown. */
export const gatewayInput = {};
export const myInput = () => ({ query: { zoneMinutes: -new Date().getTimezoneOffset() } });

/** Whether somebody is shown the whole gateway first. */
export const runsGateway = ({ permissions, reachesAny }: Pick<MeView, 'permissions' | 'reachesAny'>): boolean =>
  reachesAny.includes('requests:read') && permissions.includes('channels:read');

/** Asks for what the page shows first. */
export function beginHome(queries: QueryClient, me: MeView): void {
  if (runsGateway(me)) void queries.prefetchQuery(operationQuery('overview.gateway', gatewayInput));
  else void queries.prefetchQuery(operationQuery('overview.mine', myInput()));
}
