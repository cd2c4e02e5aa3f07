import { afterEach, describe, expect, test } from 'bun:test';
import { placements } from '@tollgate/contract/api/provider-keys';
import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { editProviderKeys, noProviderKeys } from '../domain/provider-keys.ts';
import { allowanceMeter } from '../domain/meters.ts';
import type { BudgetRule } from '../domain/payers.ts';
import type { Price } from '../domain/price.ts';
import type { Model, ProviderKeyChannel, Snapshot } from '../domain/snapshot.ts';
import { findRequest } from '../services/activity/activity.ts';
import { inSlices } from '../services/in-slices.ts';
import { channelOf, openTestGateway, snapshotOf, testPrice, type TestGateway } from './testing/gateway.ts';
import { answer, openScriptedUpstream, wholeAnswer, type ScriptedUpstream } from './testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
/** 10 input at 1 USD and 5 output at 2 USD per million. */
const list = 10n * 1000n + 5n * 2000n;

type Brought = {
  readonly owner: string;
  readonly placement: (typeof placements)[number];
  readonly models?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
};

type Stage = { readonly gate: TestGateway; readonly house: ScriptedUpstream; readonly own: ScriptedUpstream };

/** A house of one channel, and one key that somebody brought. */
async function stage(
  brought: Brought,
  feePercent = '0',
  others: Partial<Settings> = {},
  prices: Readonly<Record<string, Price>> = {},
  houseModels: Readonly<Record<string, string>> = { m: 'm-house' },
): Promise<Stage> {
  const [house, own] = [await openScriptedUpstream(), await openScriptedUpstream(wholeAnswer('own'))];
  const settings: Settings = {
    ...defaultSettings,
    ...others,
    providerKeys: { ...defaultSettings.providerKeys, enabled: true, feePercent, ...others.providerKeys },
  };
  const { owner, placement, models = { m: 'm-own' }, enabled = true } = brought;
  const key: ProviderKeyChannel = {
    ...channelOf({
      id: 'pk_1',
      baseUrl: own.baseUrl,
      models,
      apiKeys: ['sk-own-canary'],
      fields: { groups: [], enabled },
    }),
    broughtBy: { owner, placement, switchedOff: false },
  };
  const plain = snapshotOf([channelOf({ id: 'house', baseUrl: house.baseUrl, models: houseModels })], settings);
  const priced = Object.entries(prices).map(([name, price]): [string, Model] => [
    name,
    { name, price, maxOutputTokens: 1000, operations: undefined, ownedBy: 'test', createdAt: 0 },
  ]);
  const snapshot: Snapshot = {
    ...plain,
    models: new Map([...plain.models, ...priced]),
    providerKeys: await inSlices(editProviderKeys(noProviderKeys, new Map([[key.id, key]]))),
  };
  const gate = await openTestGateway(snapshot);
  open.push(house, own, gate);
  return { gate, house, own };
}

const asked = ({ house, own }: Stage) => [own.received.length, house.received.length];
const down = answer(500, { error: { message: 'down' } });

test('a key of one’s own is asked first and costs the fee; the house is asked when it fails, at its price', async () => {
  const on = await stage({ owner: 'user_1', placement: 'before' }, '5');
  expect(await (await on.gate.post(hello)).text()).toContain('own');
  on.own.behave(down);
  expect((await on.gate.post(hello)).status).toBe(200);
  expect(on.gate.records).toMatchObject([
    { channelId: 'pk_1', ownKey: true, charge: { amount: list / 20n }, cost: 0n },
    { channelId: 'house', charge: { amount: list }, cost: undefined },
  ]);
  expect((await on.gate.verify()).problems).toEqual([]);
  // The log says who paid the provider, and of which price the amount is the fee.
  const reader = { database: on.gate.database, seesChannels: false };
  const shown = await Promise.all(on.gate.records.map(({ id }) => findRequest(reader, id, 'user_1')));
  expect(shown.map((one) => one?.ownKey)).toEqual([{ listPriceNanos: `${list}` }, undefined]);
});

test('after the house, it is asked when that fails, and costs nothing where there is no fee', async () => {
  const on = await stage({ owner: 'user_1', placement: 'after' });
  await on.gate.post(hello);
  on.house.behave(down);
  expect(await (await on.gate.post(hello)).text()).toContain('own');
  expect(on.gate.records.map(({ channelId, charge }) => [channelId, charge?.amount as bigint])).toEqual([
    ['house', list],
    ['pk_1', 0n],
  ]);
  expect((await on.gate.verify()).problems).toEqual([]);
});

test('in place of the house: nothing of the house is asked, whatever becomes of the key', async () => {
  const on = await stage({ owner: 'user_1', placement: 'only' });
  on.own.behave(down);
  expect((await on.gate.post(hello)).status).toBeGreaterThanOrEqual(500);
  expect(asked(on)).toEqual([1, 0]);
  const stopped = await stage({ owner: 'user_1', placement: 'only', enabled: false });
  const refused = await stopped.gate.post(hello);
  expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'no_channel' } }]);
  const off = await stage({ owner: 'user_1', placement: 'only' }, '0', {
    providerKeys: { ...defaultSettings.providerKeys, enabled: false },
  });
  expect((await off.gate.post(hello)).status).toBe(503);
  expect([asked(stopped), asked(off)]).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test.each(placements)('placed "%s", it serves nobody but its owner', async (placement) => {
  const on = await stage({ owner: 'user_2', placement, models: { m: 'm-own', rare: 'rare' } });
  on.house.behave(down);
  expect((await on.gate.post(hello)).status).toBeGreaterThanOrEqual(500);
  expect((await on.gate.post({ ...hello, model: 'rare' })).status).toBe(404);
  on.gate.changeKey({ fallbacks: ['channel:pk_1'] });
  expect((await on.gate.post({ ...hello, model: 'rare' })).status).toBe(404);
  const listed = (await (await on.gate.get('/v1/models')).json()) as { data: { id: string }[] };
  expect(listed.data.map(({ id }) => id)).toEqual(['m']);
  expect(on.own.received).toEqual([]);
});

test('a key of a team uses the team’s, and not its member’s', async () => {
  const on = await stage({ owner: 'team_1', placement: 'before' });
  await on.gate.post(hello);
  expect(asked(on)).toEqual([0, 1]);
  on.gate.changeKey({ teamId: 'team_1' });
  await on.gate.post(hello);
  expect(asked(on)[0]).toBe(1);
});

test('who cannot pay the house is still served by a key of their own', async () => {
  const on = await stage({ owner: 'user_1', placement: 'before' });
  await on.gate.spendAll();
  expect(await (await on.gate.post(hello)).text()).toContain('own');
  on.own.behave(down);
  await on.gate.post(hello);
  expect(asked(on)[1]).toBe(0);
});

test('no batch goes to the house for a model that is for keys of one’s own alone', async () => {
  const on = await stage({ owner: 'user_1', placement: 'only' });
  const send = async (model: string): Promise<unknown> => {
    const body = { custom_id: 'a', params: { model, max_tokens: 9, messages: hello.messages } };
    const sent = await on.gate.post({ requests: [body] }, { path: '/v1/messages/batches' });
    return ((await sent.json()) as { error: { message: string } }).error.message;
  };
  expect(await send('m')).toContain('does not exist or is not available');
  expect(asked(on)).toEqual([0, 0]);
});

test('a plan that counts requests covers no fee: money is set aside for it, and who has none is served by the house', async () => {
  const on = await stage({ owner: 'user_1', placement: 'before' }, '5');
  const meter = allowanceMeter('alw_1');
  await on.gate.database.db
    .insertInto('meters')
    .values({ id: meter, kind: 'requests', limit_nanos: 9n, spent_nanos: 0n, leased_nanos: 0n })
    .execute();
  const term = { startsAt: 0, endsAt: Number.MAX_SAFE_INTEGER };
  const scope = { models: undefined, groups: undefined, channels: undefined };
  const plan = { meter, unit: 'requests', ...term, overflow: false, scope } as const;
  on.gate.changeKey({ payers: { allowances: [plan], budgets: [] } });
  expect((await on.gate.post(hello)).status).toBe(200);
  const before = await on.gate.balance();
  await on.gate.spendAll();
  expect((await on.gate.post(hello)).status).toBe(200);
  expect(asked(on)).toEqual([1, 1]);
  expect(on.gate.records.map(({ channelId, charge }) => [channelId, charge?.amount as bigint])).toEqual([
    ['pk_1', list / 20n],
    ['house', 0n],
  ]);
  expect([before, await on.gate.balance()]).toEqual([100_000_000_000n - list / 20n, -(list / 20n)]);
});

test('the fee is of the price of what the provider is asked for, whatever the key calls it', async () => {
  const dear: Price = { ...testPrice, rates: { inputText: 10_000_000_000n, outputText: 20_000_000_000n } };
  const on = await stage({ owner: 'user_1', placement: 'before', models: { m: 'dear' } }, '5', {}, { dear });
  await on.gate.post(hello);
  expect(on.gate.records).toMatchObject([{ channelId: 'pk_1', charge: { amount: (list * 10n) / 20n } }]);
});

test('a refusal of its provider takes the key out of use, and the house serves', async () => {
  const on = await stage({ owner: 'user_1', placement: 'before' });
  on.own.behave(answer(401, { error: { message: 'Incorrect API key provided' } }));
  expect((await on.gate.post(hello)).status).toBe(200);
  expect(on.gate.disabled).toMatchObject([{ channelId: 'pk_1', index: 0 }]);
  expect(asked(on)).toEqual([1, 1]);
});

test('models that the house does not have are listed to their owner, and need no price where there is no fee', async () => {
  const on = await stage({ owner: 'user_1', placement: 'after', models: { rare: 'rare' } });
  const listed = (await (await on.gate.get('/v1/models')).json()) as { data: { id: string }[] };
  expect(listed.data.map(({ id }) => id)).toEqual(['m', 'rare']);
  expect((await on.gate.post({ ...hello, model: 'rare' })).status).toBe(200);
  expect(on.gate.records[0]).toMatchObject({ channelId: 'pk_1', charge: undefined });
  const dear = await stage({ owner: 'user_1', placement: 'after', models: { rare: 'rare' } }, '5');
  expect((await dear.gate.post({ ...hello, model: 'rare' })).status).toBe(400);
});

describe('a budget of one model', () => {
  const budget = (model: string): BudgetRule => ({
    policy: { id: 'bud_1', subject: 'bud_1', kind: 'limit', period: 'ever', order: 0 },
    model,
  });
  const countsIt = ({ records }: TestGateway): readonly boolean[] =>
    records.map(({ debits }) => debits.some(({ opens }) => opens?.policy.id === 'bud_1'));
  const thinking = { ...hello, model: 'claude-opus-4-6-high' };

  test('counts what is asked of the model with more or less thought', async () => {
    const house = await openScriptedUpstream();
    const channel = channelOf({ id: 'house', baseUrl: house.baseUrl, models: { 'claude-opus-4-6': 'opus', m: 'm' } });
    const gate = await openTestGateway(snapshotOf([channel], defaultSettings));
    open.push(house, gate);
    gate.changeKey({ payers: { allowances: [], budgets: [budget('claude-opus-4-6')] } });
    expect((await gate.post(thinking)).status).toBe(200);
    expect((await gate.post({ ...hello, model: 'claude-opus-4-6' })).status).toBe(200);
    expect((await gate.post(hello)).status).toBe(200);
    expect(countsIt(gate)).toEqual([true, true, false]);
  });

  test.each([
    ['a key of one’s own lists by that name', { 'claude-opus-4-6-high': 'own' }],
    ['a key of one’s own lists as the house does', { 'claude-opus-4-6': 'own' }],
  ])('counts the house where %s, and fails', async (_, models) => {
    const on = await stage(
      { owner: 'user_1', placement: 'before', models },
      '0',
      {},
      { 'claude-opus-4-6': testPrice, 'claude-opus-4-6-high': testPrice },
      { 'claude-opus-4-6': 'opus' },
    );
    on.gate.changeKey({ payers: { allowances: [], budgets: [budget('claude-opus-4-6')] } });
    on.own.behave(down);
    expect((await on.gate.post(thinking)).status).toBe(200);
    expect(asked(on)).toEqual([1, 1]);
    expect(countsIt(on.gate)).toEqual([true]);
  });
});
