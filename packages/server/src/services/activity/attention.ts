import type { ModelWatchView } from '@tollgate/contract/api/channel-inquiries';
import type { ChannelHealth, GatewayOverview } from '@tollgate/contract/api/overview';
import { priceOf } from '../../domain/catalogue.ts';
import { keyMeter, walletMeter } from '../../domain/meters.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import { apiKeyRepository } from '../../store/api-keys.ts';
import type { Database } from '../../store/database.ts';
import { listJobs } from '../../store/jobs/overview.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { namesOfUsers } from '../../store/names.ts';
import { listWatches } from '../model-watch/model-watch.ts';
import { cacheRoutes, watchedHours } from './cache-meter.ts';
import { sumUsage } from '../../store/usage-sums.ts';

type Attention = GatewayOverview['attention'][number];

type Deps = { readonly database: Database; readonly snapshot: () => Snapshot };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Of one kind; more of them is one cause. */
const most = 10;

/** What somebody should look at, the most urgent first. */
export async function needsAttention(
  deps: Deps,
  health: readonly ChannelHealth[],
  now: number,
): Promise<readonly Attention[]> {
  const { database } = deps;
  return [
    ...troubledChannels(health),
    ...(await disabledAccounts(database)),
    ...(await unreadCaches({ ...deps, now: () => now })),
    ...(await deadJobs(database)),
    ...(await exhausted(database, now)),
    ...unpricedModels(deps.snapshot()),
    ...(await foundModels(deps)),
    ...(await expiringKeys(database, now)),
  ];
}

const kinds = { cooling: 'channel_cooling', degraded: 'channel_degraded', disabled: 'channel_disabled' } as const;

function troubledChannels(health: readonly ChannelHealth[]): readonly Attention[] {
  return (['cooling', 'degraded', 'disabled'] as const).flatMap((state) =>
    health
      .filter((channel) => channel.state === state)
      // What a person has switched off needs nobody’s attention.
      .filter(({ by }) => state !== 'disabled' || by === 'gateway')
      .slice(0, most)
      .map(({ id, name, reason, since }) => ({
        kind: kinds[state],
        subject: id,
        label: name,
        detail: reason,
        at: since,
      })),
  );
}

/** Accounts that the gateway has taken out of use; one line for each channel. */
async function disabledAccounts(database: Database): Promise<readonly Attention[]> {
  const rows = await channelRepository.disabledAccounts(database.db, 'gateway', 200);
  const byChannel = Map.groupBy(rows, ({ channelId }) => channelId);
  return [...byChannel.values()].slice(0, most).flatMap((accounts): readonly Attention[] => {
    const [first] = accounts;
    if (!first) return [];
    const { channelId, name, disabled } = first;
    const detail =
      accounts.length === 1 ? disabled.reason : `${accounts.length} accounts; the last: ${disabled.reason}`;
    return [{ kind: 'account_disabled', subject: channelId, label: name, detail, at: disabled.at }];
  });
}

/** Routes whose prompt caches are paid for again and again, and hardly used. */
async function unreadCaches(deps: Parameters<typeof cacheRoutes>[0]): Promise<readonly Attention[]> {
  const routes = await cacheRoutes(deps, watchedHours);
  return routes
    .filter(({ unread }) => unread)
    .slice(0, most)
    .map(({ channelId, channel, model, writtenTokens, readTokens }) => ({
      kind: 'cache_unread',
      subject: channelId,
      label: `${channel ?? channelId}: ${model}`,
      detail: `${writtenTokens} tokens written, ${readTokens} read`,
      at: null,
    }));
}

async function deadJobs(database: Database): Promise<readonly Attention[]> {
  const jobs = await listJobs(database, { filters: { state: 'dead' }, before: undefined, limit: most });
  return jobs.map(({ id, kind, lastError, finishedAt }) => ({
    kind: 'job_dead',
    subject: id,
    label: kind,
    detail: lastError,
    at: finishedAt,
  }));
}

/** Keys and wallets that have nothing left, of those that were used in the last day: the others miss nothing. */
async function exhausted(database: Database, now: number): Promise<readonly Attention[]> {
  const from = now - (now % hourMs) - 23 * hourMs;
  const used = await sumUsage(database, { from, to: from + dayMs }, ['user_id', 'key_id']);
  const users = [...new Set(used.map(({ by }) => by[0] ?? ''))].slice(0, 500);
  const keys = [...new Set(used.map(({ by }) => by[1] ?? ''))].slice(0, 500);
  const meters = await meterStatus(database, [...users.map(walletMeter), ...keys.map(keyMeter)]);
  const isEmpty = (meter: string): boolean => {
    const { remaining = 1n, creditLine = 0n } = meters.get(meter) ?? {};
    return remaining + creditLine <= 0n;
  };
  const emptyKeys = await apiKeyRepository.some(database.db, keys.filter((id) => isEmpty(keyMeter(id))).slice(0, most));
  const emptyWallets = await namesOfUsers(database.db, users.filter((id) => isEmpty(walletMeter(id))).slice(0, most));
  return [
    ...emptyWallets.map(
      ({ id, name }) => ({ kind: 'wallet_empty', subject: id, label: name, detail: null, at: null }) as const,
    ),
    ...emptyKeys.map(
      ({ id, name }) => ({ kind: 'key_exhausted', subject: id, label: name, detail: null, at: null }) as const,
    ),
  ];
}

/** Models that a channel serves and nobody can ask for, because they have no price. */
function unpricedModels({ channels, models }: Snapshot): readonly Attention[] {
  const found = new Map<string, string>();
  for (const channel of channels.values()) {
    if (!channel.enabled) continue;
    for (const [name, served] of channel.models)
      if (!found.has(name) && priceOf(models, name, served) === undefined) found.set(name, channel.name);
  }
  return [...found]
    .slice(0, most)
    .map(([name, channel]) => ({ kind: 'model_unpriced', subject: name, label: name, detail: channel, at: null }));
}

/** What upstreams that are watched list anew, and what they list no longer; what is served without asking needs nobody. */
async function foundModels({ database, snapshot }: Deps): Promise<readonly Attention[]> {
  const watches = await listWatches({ database }, snapshot());
  const rows = (kind: 'models_new' | 'models_gone', namesOf: (watch: ModelWatchView) => readonly string[]) =>
    watches
      .map((watch) => ({ watch, names: namesOf(watch) }))
      .filter(({ names }) => names.length > 0)
      .slice(0, most)
      .map(({ watch, names }): Attention => ({
        kind,
        subject: watch.channelId,
        label: watch.channel,
        detail: names.length > 4 ? `${names.slice(0, 4).join(', ')} … (${names.length})` : names.join(', '),
        at: watch.foundAt,
      }));
  return [
    ...rows('models_gone', (watch) => watch.gone.map(({ name }) => name)),
    ...rows('models_new', (watch) => watch.new),
  ];
}

async function expiringKeys(database: Database, now: number): Promise<readonly Attention[]> {
  const keys = await apiKeyRepository.expiring(database.db, { from: now, to: now + 7 * dayMs, limit: most });
  return keys.map(({ id, name, expiresAt }) => ({
    kind: 'key_expiring',
    subject: id,
    label: name,
    detail: null,
    at: expiresAt,
  }));
}
