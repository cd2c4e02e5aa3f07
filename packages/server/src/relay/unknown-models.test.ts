import { afterAll, expect, test } from 'bun:test';
import { channelOf, openTestGateway, snapshotOf } from './testing/gateway.ts';
import { openScriptedUpstream } from './testing/scripted-upstream.ts';

const upstream = await openScriptedUpstream();
const models = { m: 'm', 'gemini-2.5-pro': 'gemini-2.5-pro' };
const world = await openTestGateway(snapshotOf([channelOf({ id: 'c', baseUrl: upstream.baseUrl, models })]));
afterAll(async () => {
  await world.close();
  await upstream.close();
});

const ask = async (model: string): Promise<number> => {
  const answer = await world.post({ model, messages: [{ role: 'user', content: 'x' }] });
  await answer.text();
  return answer.status;
};

test('names that nobody has heard of make one row of the hourly sums, however many; the log has them all', async () => {
  const invented = Array.from({ length: 30 }, (_, n) => `model-${n}`);
  for (const model of invented) expect(await ask(model)).toBe(404);
  // Of the names of a known model with an end that says how much to think, there are a million.
  for (let n = 1; n <= 10; n++) expect(await ask(`gemini-2.5-pro-thinking-${1024 + n}`)).toBe(200);
  expect(await ask('m')).toBe(200);
  await world.recorded(41);
  expect(await world.verify()).toMatchObject({ problems: [] });
  const { db } = world.database;
  const sums = await db.selectFrom('usage_rollups').select(['model', 'requests', 'errors']).execute();
  const byModel = new Map<string, number[]>();
  for (const { model, requests, errors } of sums) {
    const [before = 0, failed = 0] = byModel.get(model) ?? [];
    byModel.set(model, [before + requests, failed + errors]);
  }
  // An hour may have ended meanwhile.
  expect(sums.length).toBeLessThanOrEqual(6);
  expect(Object.fromEntries(byModel)).toEqual({ '': [30, 30], 'gemini-2.5-pro': [10, 0], m: [1, 0] });
  const logged = await db.selectFrom('request_logs').select('model').distinct().execute();
  const names = new Set(logged.map(({ model }) => model));
  expect(invented.filter((name) => !names.has(name))).toEqual([]);
});
