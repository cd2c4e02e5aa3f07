import { catalogueNameOf } from './catalogue.ts';
import type { ServedModel } from './served-model.ts';
import type { Channel, Group, Model, Snapshot } from './snapshot.ts';
import type { Work } from './work.ts';

/**
 * Everything that follows from channels, groups and models together, and what it takes to follow a change of some of
 * them. Immutable: an edit makes a new one, which shares with the old whatever did not change.
 */
export type Routing = Pick<Snapshot, 'channels' | 'groups' | 'models' | 'routes'> & {
  /** Models as they are kept, before names without a price of their own take that of another. */
  readonly known: ReadonlyMap<string, Model>;
  /** Every channel that lists a model, the disabled ones too, in the order of {@link precedes}. */
  readonly listing: ReadonlyMap<string, readonly Channel[]>;
};

/** What is new of the named channels (by id), models and groups (by name); undefined is gone. */
export type RoutingEdits = {
  readonly channels: ReadonlyMap<string, Channel | undefined>;
  readonly models: ReadonlyMap<string, Model | undefined>;
  readonly groups: ReadonlyMap<string, Group | undefined>;
};

export const emptyRouting: Routing = {
  channels: new Map(),
  groups: new Map(),
  models: new Map(),
  routes: new Map(),
  known: new Map(),
  listing: new Map(),
};

/** The routing after the edits: the same as if all were built anew from what there is then. */
export function* editRouting(before: Routing, edits: RoutingEdits): Work<Routing> {
  const channels = yield* edited(before.channels, edits.channels);
  const groups = yield* edited(before.groups, edits.groups);
  const known = yield* edited(before.known, edits.models);
  const { listing, touched } = yield* listAnew(before, edits.channels);
  const routes = yield* routeAnew(before, edits, { groups, listing, touched });
  const models = yield* priceAnew(before, edits, { known, listing, touched });
  return { channels, groups, models, routes, known, listing };
}

/** The channels that list each model now, and the names of the models for which that changed. */
function* listAnew(
  before: Routing,
  edits: RoutingEdits['channels'],
): Work<{ readonly listing: Routing['listing']; readonly touched: ReadonlySet<string> }> {
  if (edits.size === 0) return { listing: before.listing, touched: new Set() };
  const added = new Map<string, Channel[]>();
  const touched = new Set<string>();
  for (const id of edits.keys()) {
    for (const name of before.channels.get(id)?.models.keys() ?? []) touched.add(name);
    yield;
  }
  const there = [...edits.values()].filter((channel) => channel !== undefined);
  yield;
  for (const channel of yield* sorted(there)) {
    for (const name of channel.models.keys()) {
      touched.add(name);
      const list = added.get(name);
      if (list === undefined) added.set(name, [channel]);
      else list.push(channel);
    }
    yield;
  }
  const listing = yield* copied(before.listing);
  for (const name of touched) {
    const kept = (before.listing.get(name) ?? []).filter((channel) => !edits.has(channel.id));
    const list = merged(kept, added.get(name) ?? []);
    if (list.length === 0) listing.delete(name);
    else listing.set(name, list);
    yield;
  }
  return { listing, touched };
}

/** Group, then model, to the channels that serve it: anew for the touched models in the groups that are concerned. */
function* routeAnew(
  before: Routing,
  edits: RoutingEdits,
  now: Pick<Routing, 'groups' | 'listing'> & { readonly touched: ReadonlySet<string> },
): Work<Routing['routes']> {
  const routes = new Map(before.routes);
  const concerned = new Map<string, Map<string, readonly Channel[]>>();
  let anyNew = false;
  for (const name of edits.groups.keys()) {
    if (!now.groups.has(name)) routes.delete(name);
    else if (!routes.has(name)) {
      concerned.set(name, new Map());
      anyNew = true;
    }
  }
  for (const [id, channel] of edits.channels) {
    for (const group of [...(before.channels.get(id)?.groups ?? []), ...(channel?.groups ?? [])]) {
      if (now.groups.has(group) && !concerned.has(group))
        concerned.set(group, yield* copied(before.routes.get(group) ?? new Map<string, readonly Channel[]>()));
    }
    yield;
  }
  if (concerned.size === 0) return edits.groups.size === 0 ? before.routes : routes;
  // A new group may be one that channels were in already, before it was there.
  for (const name of anyNew ? new Set([...now.touched, ...now.listing.keys()]) : now.touched) {
    const lists = byGroup(now.listing.get(name) ?? [], concerned);
    for (const [group, models] of concerned) {
      const list = lists.get(group);
      if (list === undefined) models.delete(name);
      else models.set(name, list);
    }
    yield;
  }
  for (const [group, models] of concerned) routes.set(group, models);
  return routes;
}

/** The channels of a list that requests can go to, by group; their order is kept. */
function byGroup(
  list: readonly Channel[],
  groups: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, readonly Channel[]> {
  const found = new Map<string, Channel[]>();
  for (const channel of list) {
    if (!channel.enabled || !channel.credentials.some((credential) => credential.enabled)) continue;
    for (const group of channel.groups) {
      if (!groups.has(group)) continue;
      const members = found.get(group);
      if (members === undefined) found.set(group, [channel]);
      else members.push(channel);
    }
  }
  return found;
}

/** The known models and every name that a channel lists: anew for those that are edited, listed otherwise, or named after them. */
function* priceAnew(
  before: Routing,
  edits: RoutingEdits,
  now: Pick<Routing, 'known' | 'listing'> & { readonly touched: ReadonlySet<string> },
): Work<Routing['models']> {
  const names = new Set([...now.touched, ...edits.models.keys()]);
  if (edits.models.size > 0) {
    for (const [name, list] of now.listing) {
      if (list.some((channel) => isNamedAfter(channel.models.get(name), edits.models))) names.add(name);
      yield;
    }
  }
  if (names.size === 0) return before.models;
  const models = yield* copied(before.models);
  for (const name of names) {
    const model = modelOf(name, now.known, now.listing.get(name) ?? []);
    if (model === undefined) models.delete(name);
    else models.set(name, model);
    yield;
  }
  return models;
}

/** Whether one of the models may be what a channel serves. */
const isNamedAfter = (served: ServedModel | undefined, models: RoutingEdits['models']): boolean =>
  served !== undefined &&
  (models.has(served.upstream) ||
    (served.baseModel !== undefined && models.has(served.baseModel)) ||
    served.undated.some((name) => models.has(name)));

/**
 * What is known of a name. One without a price of its own (an alias) takes that of the model it is mapped to, when all
 * channels that list it agree on one.
 */
function modelOf(name: string, known: Routing['known'], list: readonly Channel[]): Model | undefined {
  const own = known.get(name);
  if (own?.price !== undefined || list.length === 0) return own;
  const upstreams = new Set(
    list.flatMap((channel) => {
      const served = channel.models.get(name);
      return served === undefined ? [] : catalogueNameOf(known, served);
    }),
  );
  const [only] = upstreams;
  const base = upstreams.size === 1 && only !== undefined ? known.get(only) : undefined;
  const first = list.reduce((found, channel) => (channel.name < found.name ? channel : found));
  return {
    name,
    price: base?.price,
    maxOutputTokens: own?.maxOutputTokens ?? base?.maxOutputTokens ?? null,
    operations: own?.operations ?? base?.operations,
    ownedBy: own?.ownedBy ?? base?.ownedBy ?? first.provider.id,
    createdAt: own?.createdAt ?? base?.createdAt ?? 0,
  };
}

/** Higher priority first, then by name; the id only settles what cannot be, two channels of one name. */
function precedes(a: Channel, b: Channel): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.name !== b.name) return a.name < b.name;
  return a.id < b.id;
}

/** A list of two that are sorted each. */
function merged(a: readonly Channel[], b: readonly Channel[]): readonly Channel[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const list: Channel[] = [];
  let taken = 0;
  for (const next of a) {
    for (let other = b[taken]; other !== undefined && precedes(other, next); other = b[taken]) {
      list.push(other);
      taken++;
    }
    list.push(next);
  }
  return taken === b.length ? list : [...list, ...b.slice(taken)];
}

/** Sorted in runs that are merged, because thousands at once would take too long. */
function* sorted(channels: readonly Channel[]): Work<readonly Channel[]> {
  let runs: (readonly Channel[])[] = [];
  for (let start = 0; start < channels.length; start += 64) {
    runs.push(channels.slice(start, start + 64).toSorted((a, b) => (precedes(a, b) ? -1 : 1)));
    yield;
  }
  while (runs.length > 1) {
    const longer: (readonly Channel[])[] = [];
    for (let index = 0; index < runs.length; index += 2) {
      longer.push(merged(runs[index] ?? [], runs[index + 1] ?? []));
      yield;
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

/** A map with entries replaced, added and removed; the same map when there is nothing to do. */
function* edited<V>(
  map: ReadonlyMap<string, V>,
  edits: ReadonlyMap<string, V | undefined>,
): Work<ReadonlyMap<string, V>> {
  if (edits.size === 0) return map;
  const copy = yield* copied(map);
  for (const [name, value] of edits) {
    if (value === undefined) copy.delete(name);
    else copy.set(name, value);
    yield;
  }
  return copy;
}

function* copied<V>(map: ReadonlyMap<string, V>): Work<Map<string, V>> {
  const copy = new Map<string, V>();
  for (const [name, value] of map) {
    copy.set(name, value);
    if (copy.size % 256 === 0) yield;
  }
  return copy;
}
