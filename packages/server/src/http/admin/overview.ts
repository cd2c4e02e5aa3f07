import type { overviewOperations } from '@tollgate/contract/operations/overview';
import { cacheRoutes } from '../../services/activity/cache-meter.ts';
import { channelsHealth } from '../../services/activity/channel-health.ts';
import { gatewayStatus } from '../../services/activity/gateway-status.ts';
import { gatewayOverview, myOverview } from '../../services/activity/overview.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { knownChannels } from './usage.ts';

/** What Home and the list of channels say at a glance. */
export const overviewHandlers = ({
  database,
  snapshot,
  health,
  accounts,
}: AdminDeps): Handlers<typeof overviewOperations> => {
  const deps = { database, snapshot, health, now: accounts.now };
  return {
    'overview.mine': async ({ query }, { caller }) =>
      await myOverview(database, { userId: caller.user.id, now: deps.now(), zoneMs: query.zoneMinutes * 60_000 }),
    'overview.gateway': async () => await gatewayOverview({ ...deps, channels: knownChannels(snapshot()) }),
    'overview.status': async () => await gatewayStatus(deps),
    'channels.caches': async ({ query }) => ({ data: [...(await cacheRoutes(deps, query.hours))] }),
    'channels.health': async () => ({ data: [...(await channelsHealth(deps))] }),
  };
};
