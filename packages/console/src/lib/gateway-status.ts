import type { GatewayStatus } from '@tollgate/contract/api/overview';
import { useOperation } from './operations.ts';
import { useRights } from './session.ts';

/** How the gateway does, asked again while the page is looked at; undefined for who may not know, and until it is known. */
export function useGatewayStatus(): GatewayStatus | undefined {
  const { may } = useRights();
  return useOperation('overview.status', {}, { enabled: may('status:read'), refreshMs: 15_000 }).data;
}

/** Where to look when the gateway is degraded: at the channels in trouble, or else at the requests that failed just now. */
export function wayToTrouble({ channels }: Pick<GatewayStatus, 'channels'>) {
  if (channels.cooling + channels.degraded > 0) return { to: '/channels', search: { state: 'trouble' } };
  if (channels.disabled === channels.total) return { to: '/channels' };
  return { to: '/requests', search: { failed: 'true', range: '1h' } };
}
