import { defaultsOf } from '@tollgate/contract/entities/field';
import { groupFields } from '@tollgate/contract/entities/group';
import { afterEach, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import type { Snapshot } from '../domain/snapshot.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from './testing/gateway.ts';
import {
  answer,
  openScriptedUpstream,
  wholeAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from './testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstream(behaviour?: Behaviour): Promise<ScriptedUpstream> {
  const one = await openScriptedUpstream(behaviour);
  open.push(one);
  return one;
}

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const models = { m: 'm-upstream' };

/** A house of three channels: one in the key's group, one in a group that costs twice as much, one that is in no group. */
async function house(): Promise<{
  readonly gate: TestGateway;
  readonly first: ScriptedUpstream;
  readonly dear: ScriptedUpstream;
  readonly apart: ScriptedUpstream;
}> {
  const [first, dear, apart] = [
    await upstream(),
    await upstream(wholeAnswer('dear')),
    await upstream(wholeAnswer('apart')),
  ];
  const [a, b, c] = [
    channelOf({ id: 'first', baseUrl: first.baseUrl, models }),
    channelOf({ id: 'dear', baseUrl: dear.baseUrl, models: { ...models, rare: 'rare' } }),
    channelOf({ id: 'apart', baseUrl: apart.baseUrl, models }),
  ];
  const plain = snapshotOf([a, b, c], defaultSettings);
  const group = (name: string, multiplier: bigint) => ({
    name,
    multiplier,
    userGroupMultipliers: new Map(),
    ...defaultsOf(groupFields),
  });
  const snapshot: Snapshot = {
    ...plain,
    groups: new Map([
      ['default', group('default', 1_000_000n)],
      ['dear', group('dear', 2_000_000n)],
    ]),
    routes: new Map([
      ['default', new Map([['m', [a]]])],
      [
        'dear',
        new Map([
          ['m', [b]],
          ['rare', [b]],
        ]),
      ],
    ]),
  };
  const gate = await openTestGateway(snapshot);
  open.push(gate);
  return { gate, first, dear, apart };
}

/** 10 input at 1 USD and 5 output at 2 USD per million. */
const cost = 10n * 1000n + 5n * 2000n;

test('a request goes on to the next group and the next channel, at the price of whoever serves it', async () => {
  const { gate, first, dear } = await house();
  gate.changeKey({ fallbacks: ['dear', 'gone', 'channel:apart'] });
  await gate.post(hello);
  first.behave(answer(500, { error: { message: 'down' } }));
  await gate.post(hello);
  dear.behave(answer(500, { error: { message: 'down' } }));
  expect(await (await gate.post(hello)).text()).toContain('apart');
  expect(gate.records.map(({ channelId, group, charge }) => [channelId, group, charge?.amount as bigint])).toEqual([
    ['first', 'default', cost],
    ['dear', 'dear', 2n * cost],
    ['apart', 'default', cost],
  ]);
  expect((await gate.verify()).problems).toEqual([]);
});

test('when all stops rest: whoever rests by the gateway’s own guess is asked, and nobody who said until when', async () => {
  const { gate, first, dear } = await house();
  gate.changeKey({ fallbacks: ['dear'] });
  const limited = answer(429, { error: { message: 'slow' } }, { 'retry-after': '30' });
  first.behave(limited);
  dear.behave(answer(500, { error: { message: 'down' } }));
  const asked = () => [first.received.length, dear.received.length];
  for (let i = 0; i < defaultSettings.health.failureThreshold; i++) await gate.post(hello);
  expect(asked()).toEqual([1, defaultSettings.health.failureThreshold]);
  dear.behave(limited);
  expect((await gate.post(hello)).status).toBe(429);
  const before = asked();
  const refused = await gate.post(hello);
  expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'upstream_rate_limited' } }]);
  expect(asked()).toEqual(before);
});

test('what its own group does not have is found further on; without stops it is not', async () => {
  const { gate } = await house();
  expect((await gate.post({ ...hello, model: 'rare' })).status).toBe(404);
  gate.changeKey({ fallbacks: ['dear'] });
  expect((await gate.post({ ...hello, model: 'rare' })).status).toBe(200);
  expect((await gate.post({ ...hello, model: 'none' })).status).toBe(404);
  gate.changeKey({ fallbacks: ['dear'], models: new Set(['m']) });
  expect((await gate.post({ ...hello, model: 'rare' })).status).toBe(403);
});

test('a key that its owner put into a group is refused once they are in another, and one that was given it is not', async () => {
  const { gate, dear } = await house();
  gate.changeKey({ group: 'dear' });
  const refused = await gate.post(hello);
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: 'group_not_allowed' } }]);
  const listed = await fetch(gate.url('/v1/models'), { headers: { authorization: 'Bearer sk-test' } });
  expect([listed.status, await listed.json()]).toMatchObject([403, { error: { code: 'group_not_allowed' } }]);
  expect(dear.received).toHaveLength(0);
  gate.changeKey({ groupGranted: true });
  expect((await gate.post(hello)).status).toBe(200);
  expect(dear.received).toHaveLength(1);
  expect((await gate.verify()).problems).toEqual([]);
});
