import type { Settings } from '@tollgate/contract/settings';
import { parseDecimal } from './decimal.ts';
import type { Stop } from './fallbacks.ts';
import type { Multiplier } from './price.ts';
import type {
  Channel,
  Group,
  KeyRecord,
  OwnerId,
  OwnKeys,
  ProviderKeyChannel,
  ProviderKeys,
  Snapshot,
} from './snapshot.ts';
import type { Work } from './work.ts';

export const noProviderKeys: ProviderKeys = { byId: new Map(), byOwner: new Map() };

/** Who a request is of, as far as provider keys go: the team that pays for its key, else the person. */
export const ownerOf = ({ teamId, user }: Pick<KeyRecord, 'teamId'> & { readonly user: { readonly id: string } }) =>
  teamId ?? user.id;

/** The keys after some of them (by id) were added, changed, or have gone. */
export function* editProviderKeys(
  before: ProviderKeys,
  edits: ReadonlyMap<string, ProviderKeyChannel | undefined>,
): Work<ProviderKeys> {
  if (edits.size === 0) return before;
  const byId = new Map(before.byId);
  const touched = new Map<OwnerId, ProviderKeyChannel[]>();
  const touch = (channel: ProviderKeyChannel | undefined): void => {
    const owner = channel?.broughtBy.owner;
    if (owner !== undefined && !touched.has(owner)) touched.set(owner, []);
  };
  for (const [id, channel] of edits) {
    touch(before.byId.get(id));
    touch(channel);
    if (channel === undefined) byId.delete(id);
    else byId.set(id, channel);
    yield;
  }
  for (const owner of touched.keys()) {
    const kept = before.byOwner.get(owner)?.channels.filter(({ id }) => !edits.has(id)) ?? [];
    touched.set(owner, [...kept]);
    yield;
  }
  for (const channel of edits.values()) if (channel) touched.get(channel.broughtBy.owner)?.push(channel);
  const byOwner = new Map(before.byOwner);
  for (const [owner, channels] of touched) {
    if (channels.length === 0) byOwner.delete(owner);
    else byOwner.set(owner, arranged(channels));
    yield;
  }
  return { byId, byOwner };
}

function arranged(unsorted: readonly ProviderKeyChannel[]): OwnKeys {
  const channels = unsorted.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const inUse = channels.filter(({ enabled, credentials }) => enabled && credentials.some((one) => one.enabled));
  const only = channels.filter(({ broughtBy }) => broughtBy.placement === 'only' && !broughtBy.switchedOff);
  return {
    channels,
    before: byModel(inUse.filter(({ broughtBy }) => broughtBy.placement !== 'after')),
    after: byModel(inUse.filter(({ broughtBy }) => broughtBy.placement === 'after')),
    only: new Set(only.flatMap(({ models }) => [...models.keys()])),
  };
}

type ByModel = OwnKeys['before'];

function byModel(channels: readonly ProviderKeyChannel[]): ByModel {
  const found = new Map<string, ProviderKeyChannel[]>();
  for (const channel of channels)
    for (const model of channel.models.keys()) {
      const list = found.get(model);
      if (list === undefined) found.set(model, [channel]);
      else list.push(channel);
    }
  return found;
}

/** What a request through a key of one's own costs of the model's price. */
export function feeOf(
  settings: Pick<Settings['providerKeys'], 'feePercent'>,
  group: Pick<Group, 'providerKeyFeePercent'> | undefined,
): Multiplier {
  // Millionths: a percent is ten thousand of them.
  return parseDecimal(group?.providerKeyFeePercent ?? settings.feePercent, 4) ?? 0n;
}

const none: readonly never[] = [];

/**
 * The stops of a request whose owner has keys of their own, around those of the house. `models` are the names by which the request may be
 * served; where one of them is for the owner's keys alone, the house has no part in it.
 */
export function stopsWithOwn(
  own: OwnKeys,
  house: readonly Stop[],
  {
    group,
    fee,
    isOn,
    models,
  }: {
    readonly group: string;
    readonly fee: Multiplier;
    /** Whether the gateway lets such keys serve at all. */
    readonly isOn: boolean;
    readonly models: readonly string[];
  },
): readonly Stop[] {
  const stop = (keys: ByModel): Stop => ({
    group,
    multiplier: fee,
    isOwn: true,
    routes: (model) => (isOn ? (keys.get(model) ?? none) : none),
  });
  const rest = models.some((model) => own.only.has(model)) ? [] : house;
  return [stop(own.before), ...rest, stop(own.after)];
}

/** Who serves a model to an owner's keys in a group: its channels of the house, unless it is for keys of their own alone, and those. */
export function servingTo(
  { routes, providerKeys, settings }: Pick<Snapshot, 'routes' | 'providerKeys' | 'settings'>,
  owner: OwnerId | undefined,
  group: string,
): {
  /** Names of models, each once. */
  readonly models: ReadonlySet<string>;
  house(model: string): readonly Channel[];
  own(model: string): readonly Channel[];
} {
  const house = routes.get(group);
  const brought = owner === undefined ? undefined : providerKeys.byOwner.get(owner);
  const keys = settings.providerKeys.enabled ? brought : undefined;
  const isOnly = (model: string): boolean => brought?.only.has(model) === true;
  return {
    models: new Set([
      ...[...(house?.keys() ?? [])].filter((model) => !isOnly(model)),
      ...(keys?.before.keys() ?? []),
      ...(keys?.after.keys() ?? []),
    ]),
    house: (model) => (isOnly(model) ? none : (house?.get(model) ?? none)),
    own: (model) => [...(keys?.before.get(model) ?? none), ...(keys?.after.get(model) ?? none)],
  };
}
