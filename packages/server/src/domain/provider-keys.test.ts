import { placements } from '@tollgate/contract/api/provider-keys';
import { channelFields } from '@tollgate/contract/entities/channel';
import { defaultsOf } from '@tollgate/contract/entities/field';
import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { AnyProvider } from '../providers/define.ts';
import { fallbacksOf, type Stop } from './fallbacks.ts';
import { noOverrides } from './overrides/compile.ts';
import { editProviderKeys, feeOf, noProviderKeys, ownerOf, stopsWithOwn } from './provider-keys.ts';
import { serveModel } from './served-model.ts';
import type { ProviderKeyChannel, ProviderKeys } from './snapshot.ts';

const provider = { id: 'acme', label: 'Acme' } as AnyProvider;
const models = ['a', 'b', 'c'] as const;

type Drawn = {
  readonly id: string;
  readonly owner: string;
  readonly placement: (typeof placements)[number];
  readonly models: readonly string[];
  readonly enabled: boolean;
  readonly switchedOff: boolean;
  readonly works: boolean;
};

const channelOf = (drawn: Drawn): ProviderKeyChannel => ({
  ...defaultsOf(channelFields),
  id: drawn.id,
  name: drawn.id,
  provider,
  baseUrl: '',
  groups: [],
  settings: {},
  enabled: drawn.enabled,
  credentials: [{ index: 0, values: {}, enabled: drawn.works }],
  models: new Map(drawn.models.map((name) => [name, serveModel({ name, upstream: name }, {})])),
  overrides: noOverrides,
  proxy: undefined,
  broughtBy: { owner: drawn.owner, placement: drawn.placement, switchedOff: drawn.switchedOff },
});

function run(before: ProviderKeys, edits: ReadonlyMap<string, ProviderKeyChannel | undefined>): ProviderKeys {
  const work = editProviderKeys(before, edits);
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

const owners = ['usr_1', 'usr_2', 'team_1'] as const;

const drawnChannel = fc.record({
  id: fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5'),
  owner: fc.constantFrom(...owners),
  placement: fc.constantFrom(...placements),
  models: fc.uniqueArray(fc.constantFrom(...models)),
  enabled: fc.boolean(),
  switchedOff: fc.boolean(),
  works: fc.boolean(),
});

/** Keys after some edits, each of which writes or removes some of them. */
const history = fc.array(
  fc
    .array(fc.tuple(drawnChannel, fc.boolean()), { maxLength: 4 })
    .map((edits) => new Map(edits.map(([drawn, stays]) => [drawn.id, stays ? channelOf(drawn) : undefined]))),
  { maxLength: 6 },
);

const house: Stop = { group: 'default', multiplier: 1_000_000n, routes: () => [] };

test('no request is ever routed to a key of somebody else, whatever was changed before', () => {
  fc.assert(
    fc.property(
      history,
      fc.constantFrom(...owners),
      fc.constantFrom(...models),
      fc.boolean(),
      (edits, asks, model, isOn) => {
        const keys = edits.reduce(run, noProviderKeys);
        // Edited step by step, they are what they would be if all were built anew.
        expect(keys).toEqual(run(noProviderKeys, keys.byId));
        const own = keys.byOwner.get(asks);
        if (own === undefined) return;
        const stops = stopsWithOwn(own, [house], { group: 'default', fee: 0n, isOn, models: [model] });
        const routed = stops.flatMap((stop) => stop.routes(model));
        for (const channel of routed) {
          expect((channel as ProviderKeyChannel).broughtBy.owner).toBe(asks);
          expect([channel.enabled, channel.credentials[0]?.enabled, isOn]).toEqual([true, true, true]);
          expect(channel.models.has(model)).toBe(true);
        }
        // What is for their own keys alone reaches nothing of the house, be those in use or not.
        const isOnly = own.channels.some(
          ({ broughtBy, models: served }) =>
            broughtBy.placement === 'only' && !broughtBy.switchedOff && served.has(model),
        );
        expect(stops.includes(house)).toBe(!isOnly);
      },
    ),
  );
});

test('a key of a team uses the team’s, a key of a person the person’s', () => {
  const user = { id: 'usr_1' };
  expect([ownerOf({ user }), ownerOf({ user, teamId: 'team_1' })]).toEqual(['usr_1', 'team_1']);
});

test('a fallback of a key never leads to a key that somebody brought', () => {
  const brought = channelOf({
    id: 'k1',
    owner: 'usr_2',
    placement: 'before',
    models: ['a'],
    enabled: true,
    switchedOff: false,
    works: true,
  });
  const snapshot = {
    groups: new Map(),
    routes: new Map(),
    channels: new Map(),
    providerKeys: run(noProviderKeys, new Map([['k1', brought]])),
  };
  const user = { id: 'usr_1', role: 'user', enabled: true, group: 'default', limits: noLimits } as const;
  expect(fallbacksOf(snapshot, { fallbacks: ['channel:k1'], user }, house)).toEqual([]);
});

const noLimits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined };

test('the fee is the group’s own, else that of the settings, in millionths', () => {
  expect(feeOf({ feePercent: '5' }, undefined)).toBe(50_000n);
  expect(feeOf({ feePercent: '5' }, { providerKeyFeePercent: null })).toBe(50_000n);
  expect(feeOf({ feePercent: '5' }, { providerKeyFeePercent: '0' })).toBe(0n);
  expect(feeOf({ feePercent: '0' }, { providerKeyFeePercent: '0.0125' })).toBe(125n);
});
