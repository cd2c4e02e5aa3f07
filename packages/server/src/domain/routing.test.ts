import { describe, expect, test } from 'bun:test';
import { channelFields } from '@tollgate/contract/entities/channel';
import { defaultsOf } from '@tollgate/contract/entities/field';
import { groupFields } from '@tollgate/contract/entities/group';
import fc from 'fast-check';
import { findProvider } from '../providers/index.ts';
import { noOverrides } from './overrides/compile.ts';
import { nanos } from './money.ts';
import { multiplierOne } from './price.ts';
import { editRouting, emptyRouting } from './routing.ts';
import type { Routing, RoutingEdits } from './routing.ts';
import { serveModel } from './served-model.ts';
import type { Channel, Group, Model } from './snapshot.ts';

const providers = ['openai', 'anthropic'].map((id) => {
  const provider = findProvider(id);
  if (provider === undefined) throw new Error(`${id} is missing`);
  return provider;
});

const modelNames = ['m0', 'm1', 'm2', 'm3'];
const groupNames = ['default', 'vip', 'staff'];

type Mapped = { readonly upstream: string; readonly baseModel?: string | undefined };

const served = (models: Readonly<Record<string, Mapped>>): Channel['models'] =>
  new Map(
    Object.entries(models).map(([name, { upstream, baseModel }]) => [
      name,
      serveModel({ name, upstream, baseModel, operations: undefined }, {}),
    ]),
  );

const mapped = fc.record({
  // A dated name, and what an account of one's own calls it, which is no model that anybody knows.
  upstream: fc.constantFrom(...modelNames, 'm0-2025-08-07', 'deployment'),
  baseModel: fc.option(fc.constantFrom(...modelNames), { nil: undefined }),
});

/** Names are unique, as in the database, but sort otherwise than ids. */
const channelOf = (id: string) =>
  fc
    .record({
      first: fc.constantFrom('a', 'b', 'c'),
      provider: fc.constantFrom(...providers),
      models: fc.dictionary(fc.constantFrom(...modelNames), mapped, { noNullPrototype: true }),
      groups: fc.subarray(groupNames),
      priority: fc.nat(2),
      enabled: fc.boolean(),
      credential: fc.boolean(),
    })
    .map(({ first, provider, models, groups, priority, enabled, credential }): Channel => ({
      ...defaultsOf(channelFields),
      id,
      name: `${first}-${id}`,
      provider,
      baseUrl: 'http://127.0.0.1',
      settings: {},
      credentials: [{ index: 0, values: {}, enabled: credential }],
      models: served(models),
      groups,
      priority,
      overrides: noOverrides,
      proxy: undefined,
      enabled,
    }));

const modelOf = (name: string) =>
  fc.record({ priced: fc.boolean(), max: fc.option(fc.nat(9)) }).map(({ priced, max }): Model => ({
    operations: max === 1 ? ['chat'] : undefined,
    name,
    price: priced
      ? { version: `price-${name}`, rates: {}, conditional: [], perCall: nanos(1n), source: 'test', asOf: '2026-01-01' }
      : undefined,
    maxOutputTokens: max,
    ownedBy: `maker of ${name}`,
    createdAt: 1,
  }));

const groupOf = (name: string) =>
  fc.bigInt(0n, 2n).map((multiplier): Group => ({
    name,
    multiplier: multiplierOne * multiplier,
    userGroupMultipliers: new Map(),
    ...defaultsOf(groupFields),
  }));

/** A few of the names, each with something new or with nothing; often none. */
const someOf = <T>(names: readonly string[], make: (name: string) => fc.Arbitrary<T>) =>
  fc
    .subarray([...names], { maxLength: 2 })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((name) => fc.tuple(fc.constant(name), fc.option(make(name), { nil: undefined, freq: 4 }))),
      ),
    )
    .map((entries) => new Map(entries));

const edits: fc.Arbitrary<RoutingEdits> = fc.record({
  channels: someOf(['c0', 'c1', 'c2', 'c3'], channelOf),
  models: someOf(modelNames, modelOf),
  groups: someOf(groupNames, groupOf),
});

function run<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** What the routes and models of a configuration are, said in the shortest way. */
function defined(now: Pick<Routing, 'channels' | 'groups' | 'known'>): Pick<Routing, 'routes' | 'models'> {
  const channels = [...now.channels.values()].toSorted((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  const usable = channels.filter((one) => one.enabled && one.credentials.some((credential) => credential.enabled));
  const routes = new Map(
    [...now.groups.keys()].map((group) => [
      group,
      new Map(
        modelNames
          .map((name) => [name, usable.filter((one) => one.groups.includes(group) && one.models.has(name))] as const)
          .filter(([, list]) => list.length > 0),
      ),
    ]),
  );
  const models = new Map<string, Model>();
  for (const name of modelNames) {
    const own = now.known.get(name);
    const list = channels.filter((one) => one.models.has(name));
    const upstreams = [
      ...new Set(
        list.map((one) => {
          const { upstream = '', baseModel } = one.models.get(name) ?? {};
          const undated = upstream.replace('-2025-08-07', '');
          if (now.known.has(upstream)) return upstream;
          return baseModel ?? (now.known.has(undated) ? undated : upstream);
        }),
      ),
    ];
    const base = upstreams.length === 1 ? now.known.get(upstreams[0] ?? '') : undefined;
    if (own !== undefined && (own.price !== undefined || list.length === 0)) models.set(name, own);
    else if (list.length > 0)
      models.set(name, {
        name,
        price: base?.price,
        maxOutputTokens: own?.maxOutputTokens ?? base?.maxOutputTokens ?? null,
        operations: own?.operations ?? base?.operations,
        ownedBy:
          own?.ownedBy ?? base?.ownedBy ?? list.toSorted((a, b) => (a.name < b.name ? -1 : 1))[0]?.provider.id ?? '',
        createdAt: own?.createdAt ?? base?.createdAt ?? 0,
      });
  }
  return { routes, models };
}

describe('routing', () => {
  test('law: after any edits it is what it would be if it were built anew', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 12, size: 'max' }), (all) => {
        let routing = emptyRouting;
        for (const one of all) {
          const before = structuredCloneOf(routing);
          const after = run(editRouting(routing, one));
          expect({ routes: after.routes, models: after.models }).toEqual(defined(after));
          const anew = run(
            editRouting(emptyRouting, { channels: after.channels, models: after.known, groups: after.groups }),
          );
          expect(after).toEqual(anew);
          // A request that runs holds on to the routing it began with.
          expect(routing).toEqual(before);
          routing = after;
        }
      }),
    );
  });

  test('shares what did not change', () => {
    const channels = new Map(['c0', 'c1'].map((id) => [id, one(id, { m0: { upstream: 'm0' } })]));
    const groups = new Map([['default', group]]);
    const first = run(editRouting(emptyRouting, { channels, models: new Map(), groups }));
    const changed = one('c1', { m1: { upstream: 'm1' } });
    const second = run(
      editRouting(first, { channels: new Map([['c1', changed]]), models: new Map(), groups: new Map() }),
    );
    expect(second.groups).toBe(first.groups);
    expect(second.known).toBe(first.known);
    expect(second.routes.get('default')?.get('m0')?.[0]).toBe(first.channels.get('c0'));
    expect(second.routes.get('default')?.get('m1')).toEqual([changed]);
    const third = run(
      editRouting(second, {
        channels: new Map(),
        models: new Map(),
        groups: new Map([['default', { ...group, multiplier: multiplierOne }]]),
      }),
    );
    expect(third.routes.get('default')).toBe(second.routes.get('default'));
    expect(third.channels).toBe(second.channels);
    expect(third.models).toBe(second.models);
  });

  test('lets the event loop turn every few hundred channels, and not only between its parts', () => {
    const channels = new Map(
      Array.from({ length: 3000 }, (_, index) => [
        `c${index}`,
        one(`c${index}`, { [`m${index % 7}`]: { upstream: 'up' } }),
      ]),
    );
    const work = editRouting(emptyRouting, { channels, models: new Map(), groups: new Map([['default', group]]) });
    let turns = 0;
    while (work.next().done !== true) turns++;
    expect(turns).toBeGreaterThan(6000);
  });
});

const group: Group = {
  name: 'default',
  multiplier: multiplierOne,
  userGroupMultipliers: new Map(),
  ...defaultsOf(groupFields),
};

const one = (id: string, models: Readonly<Record<string, Mapped>>): Channel => ({
  ...defaultsOf(channelFields),
  id,
  name: id,
  provider: providers[0] ?? fail(),
  baseUrl: 'http://127.0.0.1',
  settings: {},
  credentials: [{ index: 0, values: {}, enabled: true }],
  models: served(models),
  overrides: noOverrides,
  proxy: undefined,
});

function fail(): never {
  throw new Error('no provider');
}

/** The maps and lists copied, the entities themselves shared. */
function structuredCloneOf(routing: Routing): Routing {
  return {
    channels: new Map(routing.channels),
    groups: new Map(routing.groups),
    models: new Map(routing.models),
    known: new Map(routing.known),
    listing: new Map([...routing.listing].map(([name, list]) => [name, [...list]])),
    routes: new Map(
      [...routing.routes].map(([name, models]) => [
        name,
        new Map([...models].map(([model, list]) => [model, [...list]] as const)),
      ]),
    ),
  };
}

test('a name with a date has the price and the limits of the model that it is, unless it has its own', () => {
  const known = (name: string, input: bigint): Model => ({
    name,
    maxOutputTokens: 100,
    operations: undefined,
    ownedBy: 'us',
    createdAt: 1,
    price: { version: 'v', rates: { inputText: input }, conditional: [], perCall: undefined, source: 's', asOf: 'd' },
  });
  const [provider] = providers;
  if (!provider) throw new Error('no provider');
  const channel: Channel = {
    ...defaultsOf(channelFields),
    id: 'a',
    name: 'a',
    provider,
    baseUrl: 'http://127.0.0.1',
    settings: {},
    credentials: [],
    models: served({ 'm0-2025-08-07': { upstream: 'm0-2025-08-07' }, dated: { upstream: 'm1@20250807' } }),
    groups: ['default'],
    overrides: noOverrides,
    proxy: undefined,
    costSheet: undefined,
  };
  const edits = (models: readonly Model[]): RoutingEdits => ({
    channels: new Map(models.length > 1 ? [['a', channel]] : []),
    models: new Map(models.map((model) => [model.name, model])),
    groups: new Map(),
  });
  const run = (routing: Routing, models: readonly Model[]): Routing => {
    const work = editRouting(routing, edits(models));
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
    }
  };
  const inputOf = ({ models }: Routing, name: string) => models.get(name)?.price?.rates.inputText;
  const first = run(emptyRouting, [known('m0', 1n), known('m1', 2n)]);
  expect([inputOf(first, 'm0-2025-08-07'), inputOf(first, 'dated')]).toEqual([1n, 2n]);
  expect(first.models.get('dated')?.maxOutputTokens).toBe(100);
  // Dearer from now on, and then with a price of its own.
  const dearer = run(first, [known('m0', 3n)]);
  expect(inputOf(dearer, 'm0-2025-08-07')).toBe(3n);
  expect(inputOf(run(dearer, [known('m0-2025-08-07', 9n)]), 'm0-2025-08-07')).toBe(9n);
});
