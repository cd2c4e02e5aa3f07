import { describe, expect, test } from 'bun:test';
import { nanos } from '../../domain/money.ts';
import { hourlyCost } from '../../domain/storage-price.ts';
import { storedObjectRepository } from '../../store/stored-objects.ts';
import { objectDeeds } from '../manage-objects.ts';
import { testPrice } from '../../relay/testing/gateway.ts';
import {
  amountOf,
  change,
  contents,
  expectClean,
  expectKept,
  heldFor,
  house as openHouse,
  make,
  path,
  perMs,
  reserved,
  type storagePrice,
  tokens,
  until,
} from '../testing/cache-house.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();
const house = (options: Parameters<typeof openHouse>[1] = {}) => openHouse(stage, options);

describe('a cache that is paid by the time', () => {
  test('is its maker’s, and paid, though its maker leaves before it is told', async () => {
    const home = await house({ policy: 'cancel' });
    const { gate, state } = home;
    const leaving = new AbortController();
    state.beforeAnswer = async () => {
      leaving.abort();
      await Bun.sleep(30);
    };
    const body = { model: 'models/m', contents, ttl: '3600s' };
    await gate.post(body, { path, signal: leaving.signal }).catch(() => undefined);
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'client_disconnected' });
    expect(amountOf(gate.records[0]!)).toBe(BigInt(tokens) * 1000n);
    state.beforeAnswer = undefined;
    await heldFor(gate, 1);
    expect((await gate.get(`${path}/abc`, 'DELETE')).status).toBe(200);
    await gate.recorded(2);
    await expectClean(gate);
  });

  test('that cannot be written down is deleted at its vendor, costs nothing, and its maker is told', async () => {
    const { gate, state } = await house();
    const { objects } = gate.deps;
    Object.assign(objects, { keepPaid: () => Promise.reject(new Error('the database is away')) });
    const response = await gate.post({ model: 'models/m', contents, ttl: '3600s' }, { path });
    expect(response.status).toBe(503);
    expect(state.expiresAt).toBe(0);
    await gate.recorded(1);
    expect(gate.records[0]?.charge).toBeUndefined();
    await expectClean(gate);
  });

  test('needs no opening, is set aside for by the hour and charged once, until its vendor forgets it', async () => {
    const home = await house();
    const { gate, state } = home;
    await make(home, '0.4s');
    await heldFor(gate, 1);
    const [hold] = await reserved(gate);
    // What it comes to until it expires, and no more.
    const [[, , held]] = JSON.parse(hold?.debits ?? '') as [[string, string, string]];
    expect(Number(held)).toBeGreaterThan(300_000);
    expect(Number(held)).toBeLessThan(450_000);
    expect(amountOf(gate.records[0]!)).toBe(BigInt(tokens) * 1000n);
    await gate.recorded(2);
    expect(gate.records[1]).toMatchObject({ operation: 'cached-contents', modelAsked: 'm', endReason: 'completed' });
    expect(BigInt(held)).toBe(amountOf(gate.records[1]!));
    expect((await gate.get(`${path}/abc`)).status).toBe(404);
    expect(state.asked.filter((one) => one.startsWith('DELETE'))).toEqual([]);
    await expectClean(gate);
  });

  test('goes on stretch by stretch, made longer and made shorter', async () => {
    const home = await house({ stretchMs: 150 });
    const { gate } = home;
    await make(home, '0.4s');
    expect((await change(home, '60s')).status).toBe(200);
    await gate.recorded(4);
    const before = Date.now();
    expect((await change(home, '0.1s')).status).toBe(200);
    const { at } = gate.records[0]!;
    await until(async () => (await gate.get(`${path}/abc`)).status === 404);
    await until(async () => (await reserved(gate)).every(({ state }) => state !== 'open'));
    await gate.jobs.stop();
    expectKept(gate, { least: before + 95 - at, most: Date.now() - at });
    await expectClean(gate);
  });

  test('is paid until it is deleted by hand, once its vendor has deleted it', async () => {
    const home = await house();
    const { gate, state } = home;
    const { db } = gate.database;
    await make(home, '3600s');
    await heldFor(gate, 1);
    const all = { userId: undefined, kind: undefined, state: undefined, after: undefined, limit: 10 };
    const [kept] = await storedObjectRepository.page(db, all, Date.now());
    const { object } = kept!;
    expect(hourlyCost(object.storage!, kept!.job!, Date.now())).toBe(nanos(BigInt(tokens) * 1000n));
    state.deletes = false;
    expect(objectDeeds(gate.deps).remove(object)).rejects.toMatchObject({ code: 'upstream_error' });
    expect(gate.records).toHaveLength(1);
    state.deletes = true;
    const before = Date.now();
    await objectDeeds(gate.deps).remove(object);
    await gate.recorded(2);
    const { at } = gate.records[0]!;
    expectKept(gate, { least: before - at, most: Date.now() - at });
    expect(state.expiresAt).toBe(0);
    expect(await storedObjectRepository.page(db, all, Date.now())).toEqual([]);
    await expectClean(gate);
  });

  test('is paid until its owner deletes it, though it was set aside for longer', async () => {
    const home = await house();
    const { gate } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    await Bun.sleep(100);
    expect((await gate.get(`${path}/abc`, 'DELETE')).status).toBe(200);
    await gate.recorded(2);
    expectKept(gate, { least: 100, most: Date.now() - gate.records[0]!.at });
    expect((await gate.get(`${path}/abc`)).status).toBe(404);
    await expectClean(gate);
  });

  test('is deleted at its vendor once nobody can pay for the next stretch, however late that takes it', async () => {
    const home = await house({ stretchMs: 200 });
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    await gate.spendAll();
    await until(() => state.asked.includes(`DELETE ${path}/abc`));
    await until(async () => (await gate.get(`${path}/abc`)).status === 404);
    await gate.recorded(3);
    expect(state.expiresAt).toBe(0);
    // The second stretch lasted no longer than it took to delete it.
    expect(amountOf(gate.records[1]!)).toBe(200n * perMs);
    expect(amountOf(gate.records[2]!)).toBeLessThan(200n * perMs);
    await expectClean(gate);
  });

  test('that is gone at its vendor is not charged since the stretch began, which nobody can tell of', async () => {
    const home = await house({ stretchMs: 200 });
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    state.expiresAt = 0;
    await gate.recorded(2);
    expect(gate.records[1]?.charge).toBeUndefined();
    expect((await gate.get(`${path}/abc`)).status).toBe(404);
    await expectClean(gate);
  });

  test('is charged once by the process that takes it up from one that died', async () => {
    const home = await house({ stretchMs: 250 });
    const { gate } = home;
    await make(home, '0.6s');
    await heldFor(gate, 1);
    await gate.jobs.stop();
    gate.succeed();
    await gate.recorded(4);
    expectKept(gate, { least: 590, most: 900 });
    await expectClean(gate);
  });

  test('what names it takes its tokens in with it, and nobody else can name, read, change or delete it', async () => {
    const home = await house();
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    expect((await gate.deps.objects.accountsOf('user_1', ['cachedContents/abc'])).get('cachedContents/abc')).toEqual({
      channelId: 'c',
      credential: 0,
      tokens,
    });
    gate.changeKey({ user: { id: 'user_2', role: 'user', enabled: true, group: 'default', limits: noLimits } });
    const asked = state.asked.length;
    for (const method of ['GET', 'DELETE'] as const) expect((await gate.get(`${path}/abc`, method)).status).toBe(404);
    expect((await change(home, '9s')).status).toBe(404);
    expect(await (await gate.get(path)).json()).toEqual({ cachedContents: [] });
    const naming = { contents, cachedContent: 'cachedContents/abc' };
    expect((await gate.post(naming, { path: '/v1beta/models/m:generateContent' })).status).toBe(400);
    expect(state.asked.length).toBe(asked);
  });

  test('is not made by who cannot pay for its first hour, nor without a price for time where nothing is opened', async () => {
    const { gate, state } = await house();
    await gate.leave(20_000n);
    expect((await gate.post({ model: 'models/m', contents, ttl: '3600s' }, { path })).status).toBe(402);
    const { gate: closed } = await house({ price: testPrice as typeof storagePrice });
    expect((await closed.post({ model: 'models/m', contents }, { path })).status).toBe(403);
    const narrow = await house();
    narrow.gate.changeKey({ openEndpoints: ['skills'] });
    expect((await narrow.gate.post({ model: 'models/m', contents }, { path })).status).toBe(403);
    expect(state.asked).toEqual([]);
  });
});

const noLimits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined };
