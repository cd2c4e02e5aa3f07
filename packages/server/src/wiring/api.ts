import type { IpRange } from '../domain/ip-match.ts';
import type { Foundation } from '../foundation.ts';
import { clientAddress } from '../http/client-address.ts';
import { createV1 } from '../http/v1/routes.ts';
import type { RelayDeps } from '../relay/deps.ts';
import { spendingOfKey } from '../services/activity/spending.ts';
import { clock } from './clock.ts';
import type { GatewayServer } from './listen.ts';

/** The relay's door. The server is there by the time a request is. */
export const wireApi = (
  deps: RelayDeps,
  { newId, database }: Foundation,
  trusted: readonly IpRange[],
  server: () => GatewayServer,
) =>
  createV1(deps, newId, {
    clientIp: (request) =>
      clientAddress(server().requestIP(request)?.address ?? '', request.headers.get('x-forwarded-for'), trusted),
    upgrade: (request, data, headers) => server().upgrade(request, { data, headers }),
    spendingOf: async (key) => await spendingOfKey(database, key, clock.now()),
  });
