import type { GatewayStatus } from '@tollgate/contract/api/overview';
import { channelState, isNotable, targetsByChannel } from '../../domain/channel-state.ts';
import { requestIdFloor } from '../../domain/record.ts';
import { requestLogRepository } from '../../store/request-log.ts';
import type { HealthDeps } from './channel-health.ts';

const windowMs = 15 * 60_000;

/** How the gateway does, in a word: every page of the console asks, so that only memory and the last 15 minutes are looked at. */
export async function gatewayStatus({ database, snapshot, health, now }: HealthDeps): Promise<GatewayStatus> {
  const targets = targetsByChannel(health.entries());
  const channels = { total: 0, enabled: 0, degraded: 0, cooling: 0, disabled: 0 };
  for (const channel of snapshot().channels.values()) {
    channels.total += 1;
    channels[channelState(channel, targets.get(channel.id) ?? [], health.now()).state] += 1;
  }
  const last15m = await requestLogRepository.count(database.db, { fromId: requestIdFloor(now() - windowMs) });
  const troubled =
    channels.degraded + channels.cooling > 0 ||
    channels.disabled === channels.total ||
    isNotable(last15m.errors, last15m.requests);
  return { state: channels.total === 0 ? 'unused' : troubled ? 'degraded' : 'healthy', channels, last15m };
}
