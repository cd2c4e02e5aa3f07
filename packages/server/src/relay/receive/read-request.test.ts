import { afterEach, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { channelOf, openTestGateway, snapshotOf } from '../testing/gateway.ts';
import { openScriptedUpstream, wholeAnswer } from '../testing/scripted-upstream.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

test('what a body takes when it is parsed is counted before it is parsed', async () => {
  const up = await openScriptedUpstream(wholeAnswer('Hi'));
  open.push(up);
  const overload = { ...defaultSettings.overload, maxBufferedBytes: 2 << 20 };
  const snapshot = snapshotOf([channelOf({ id: 'a', baseUrl: up.baseUrl })], { ...defaultSettings, overload });
  const gate = await openTestGateway(snapshot);
  open.push(gate);
  const body = (extra: string): string =>
    `{"model":"m","messages":[{"role":"user","content":"Hi"}],"metadata":{"x":"${extra}"}}`;
  // 300 KB of text take little more; 300 KB of little arrays take fifty times as much.
  const text = await gate.post(body('x'.repeat(300_000)));
  expect(text.status).toBe(200);
  await text.text();
  const dense = await gate.post(body('x').replace('"x":"x"', `"x":[${'[],'.repeat(100_000)}1]`));
  expect(dense.status).toBe(503);
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
  expect(up.received).toHaveLength(1);
});

test('an endpoint that needs little refuses what is larger, whatever the gateway takes', async () => {
  const up = await openScriptedUpstream(wholeAnswer('Hi'));
  open.push(up);
  const gate = await openTestGateway(snapshotOf([channelOf({ id: 'a', baseUrl: up.baseUrl })]));
  open.push(gate);
  const body = { model: 'm', messages: [{ role: 'user', content: 'x'.repeat(1 << 20) }] };
  const refused = await gate.post(body, { path: '/v1/batches' });
  expect(refused.status).toBe(413);
  expect(await refused.text()).toContain('larger than 1048576 bytes');
  const taken = await gate.post(body);
  expect(taken.status).toBe(200);
  await taken.text();
});
