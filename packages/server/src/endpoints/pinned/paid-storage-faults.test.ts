import { describe, expect, test } from 'bun:test';
import type { PlannedDebit } from '../../domain/debits.ts';
import { nanos } from '../../domain/money.ts';
import type { BackgroundJob } from '../../domain/background-job.ts';
import type { StoredObject } from '../../domain/stored-object.ts';
import type { TestGateway } from '../../relay/testing/gateway.ts';
import { storedObjectRepository } from '../../store/stored-objects.ts';
import {
  amountOf,
  change,
  contents,
  expectClean,
  expectKept,
  heldFor,
  house as openHouse,
  idOf,
  make,
  path,
  perMs,
  reserved,
  until,
} from '../testing/cache-house.ts';
import { chargeStretch } from '../shared/stored-objects/stretches.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();
const house = (options: Parameters<typeof openHouse>[1] = {}) => openHouse(stage, options);

const row = async ({ database: { db } }: TestGateway) =>
  await db.selectFrom('stored_objects').select(['expires_at', 'finished_at']).executeTakeFirstOrThrow();

async function found(gate: TestGateway): Promise<{ readonly object: StoredObject; readonly job: BackgroundJob }> {
  const { id } = await gate.database.db.selectFrom('stored_objects').select('id').executeTakeFirstOrThrow();
  const one = await storedObjectRepository.findToCharge(gate.database.db, id);
  if (!one) throw new Error('nothing is kept');
  return one;
}

/** From when it was made. */
const elapsed = (gate: TestGateway): number => Date.now() - (gate.records[0]?.at ?? 0);

describe('what becomes of a cache whose owner changes it', () => {
  test('is paid until its new end, though its owner hangs up before the change is told', async () => {
    const home = await house({ policy: 'cancel' });
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    await Bun.sleep(200);
    const leaving = new AbortController();
    state.beforeAnswer = async () => {
      leaving.abort();
      await Bun.sleep(30);
    };
    await change(home, '0.1s', 'updateMask=ttl', leaving.signal).catch(() => undefined);
    await gate.recorded(2);
    expectKept(gate, { least: 300, most: elapsed(gate) });
    await expectClean(gate);
  });

  test('is told with all that it says: nothing of a query but what is to be changed reaches its vendor', async () => {
    const home = await house();
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    const others = 'fields=name&$fields=name&alt=media&$alt=media&callback=f&$httpMethod=DELETE&$key=sk-test';
    expect((await change(home, '0.1s', `updateMask=ttl&${others}`)).status).toBe(200);
    expect(state.queries.at(-1)).toBe('?updateMask=ttl');
    expect((await gate.get(`${path}/abc?${others}`)).status).toBe(200);
    expect(state.queries.at(-1)).toBe('');
    await gate.recorded(2);
    expectKept(gate, { least: 100, most: elapsed(gate) });
    await expectClean(gate);
  });

  test('is paid until it was changed, where nobody hears of that and its vendor keeps it no more', async () => {
    const home = await house({ objects: { heardMs: 150 } });
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    await Bun.sleep(200);
    state.breaks = true;
    expect((await change(home, '0.05s')).status).toBeGreaterThanOrEqual(500);
    const changed = elapsed(gate);
    state.breaks = false;
    await gate.recorded(2);
    expectKept(gate, { least: 200, most: changed });
    expect((await gate.get(`${path}/abc`)).status).toBe(404);
    await expectClean(gate);
  });

  test('is paid until it was deleted, where nobody could write that down', async () => {
    const home = await house({ objects: { heardMs: 150 } });
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    await Bun.sleep(200);
    Object.assign(gate.deps.objects, { forget: () => Promise.reject(new Error('the process dies')) });
    expect((await gate.get(`${path}/abc`, 'DELETE')).status).toBeGreaterThanOrEqual(500);
    expect(state.expiresAt).toBe(0);
    const deleted = elapsed(gate);
    await gate.recorded(2);
    expectKept(gate, { least: 200, most: deleted });
    await expectClean(gate);
  });

  test('goes on as it was where its vendor says so, or refused the change', async () => {
    const home = await house({ stretchMs: 600, objects: { heardMs: 100 } });
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    state.breaks = true;
    await change(home, '60s');
    state.breaks = false;
    // Nobody heard of it, and so its vendor is asked.
    await until(() => state.asked.includes(`GET ${path}/abc`));
    await Bun.sleep(50);
    expect((await gate.get(`${path}/abc`)).status).toBe(200);
    state.expiresAt = 0;
    expect((await change(home, undefined as never)).status).toBeGreaterThanOrEqual(400);
    await gate.recorded(2);
    // It was gone before, at a moment that nobody can tell.
    expect(gate.records[1]?.charge).toBeUndefined();
    await expectClean(gate);
  });

  test('what is deleted stays so, though an answer that was under way tells of it', async () => {
    const home = await house();
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    await gate.jobs.stop();
    state.lateMs.GET = 200;
    const reading = gate.get(`${path}/abc`);
    await Bun.sleep(100);
    expect((await gate.get(`${path}/abc`, 'DELETE')).status).toBe(200);
    expect((await reading).status).toBe(200);
    expect((await row(gate)).expires_at).toBeLessThanOrEqual(Date.now());
    expect((await gate.get(`${path}/abc`)).status).toBe(404);
  });

  test('ends as it was last changed, though an answer that was under way tells of its end before', async () => {
    const home = await house();
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    await gate.jobs.stop();
    state.lateMs.GET = 200;
    const reading = gate.get(`${path}/abc`);
    await Bun.sleep(100);
    expect((await change(home, '60s')).status).toBe(200);
    expect((await reading).status).toBe(200);
    expect((await row(gate)).expires_at).toBe(state.expiresAt);
    // What is asked from then on is believed.
    state.expiresAt += 60_000;
    expect((await gate.get(`${path}/abc`)).status).toBe(200);
    expect((await row(gate)).expires_at).toBe(state.expiresAt);
  });

  test('is paid until it was deleted, though its hour ends just then and its vendor is asked', async () => {
    const home = await house({ stretchMs: 300 });
    const { gate, state } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    state.lookMs.GET = 300;
    await until(() => state.asked.includes(`GET ${path}/abc`));
    expect((await gate.get(`${path}/abc`, 'DELETE')).status).toBe(200);
    const deleted = elapsed(gate);
    await until(async () => (await row(gate)).finished_at > 0);
    expectKept(gate, { least: 300, most: deleted });
    await expectClean(gate);
  });

  test('is looked after once it ends sooner, though it has moved on since it was looked up', async () => {
    const home = await house();
    const { gate, state } = home;
    await make(home, '3600s');
    const { object } = await found(gate);
    const early = { ...object, storage: { ...object.storage!, until: 0 } };
    await heldFor(gate, 1);
    state.expiresAt = Date.now() + 100;
    await gate.deps.objects.note({ ...early, expiresAt: state.expiresAt });
    await gate.recorded(2);
    expectKept(gate, { least: 100, most: elapsed(gate) });
    await expectClean(gate);
  });
});

describe('money for a cache', () => {
  test('goes back where it cannot be reserved, however often', async () => {
    const home = await house();
    const { gate } = home;
    const { ledger } = gate.deps;
    const { reserve } = ledger;
    let refusals = 0;
    Object.assign(ledger, {
      reserve: async (...args: Parameters<typeof reserve>) => {
        if (refusals >= 2) return await reserve(...args);
        refusals++;
        if (refusals === 2) throw new Error('the database is away');
        return { refused: 'unavailable' };
      },
    });
    const hour = 3_600_000n * perMs;
    await make(home, '7200s');
    await gate.leave(4n * hour);
    await heldFor(gate, 1);
    expect(refusals).toBe(2);
    const plan: PlannedDebit = {
      meter: 'wallet:user_1',
      amount: nanos((3n * hour) / 2n),
      kind: 'account',
      checked: true,
      opens: undefined,
    };
    const held = await ledger.hold([plan]);
    expect(held).not.toHaveProperty('refused');
    if (!('refused' in held)) ledger.release(held);
    expect((await gate.get(`${path}/abc`, 'DELETE')).status).toBe(200);
    await gate.recorded(2);
    await expectClean(gate);
  }, 20_000);

  test('is never taken of what was bought by the request', async () => {
    const home = await house();
    const { gate } = home;
    await make(home, '3600s');
    await heldFor(gate, 1);
    const { object, job } = await found(gate);
    const [wallet] = job.record.debits;
    const bought: PlannedDebit = { ...wallet!, meter: 'allowance:bought', kind: 'requests' };
    const until = object.createdAt + 10;
    const storage = { ...object.storage!, stretch: 7, from: object.createdAt, until };
    for (const [index, debits] of [[bought, wallet!], [bought]].entries()) {
      const record = { ...job.record, debits };
      const kept = { object, storage: { ...storage, stretch: 7 + index }, job: { ...job, record } };
      await chargeStretch(gate.deps, kept, until);
      const charged = gate.records.at(-1)!;
      expect(charged.id).toBe(`${idOf(gate)}_${7 + index}`);
      expect(amountOf(charged)).toBe(10n * perMs);
      expect(charged.debits.map(({ kind }) => kind)).toContain('account');
      expect(charged.debits.map(({ kind }) => kind)).not.toContain('requests');
    }
    expect((await gate.get(`${path}/abc`, 'DELETE')).status).toBe(200);
    await gate.recorded(4);
    await expectClean(gate);
  });

  test('is not set aside for what was written down when nobody waited for that any more', async () => {
    let hangs = false;
    const promptly = <T>(work: Promise<T>): Promise<T> => {
      if (!hangs) return work;
      hangs = false;
      return Promise.reject(new Error('the database does not answer'));
    };
    const { gate, state } = await house({ objects: { promptly } });
    hangs = true;
    const response = await gate.post({ model: 'models/m', contents, ttl: '3600s' }, { path });
    expect(response.status).toBe(503);
    expect(state.expiresAt).toBe(0);
    await until(async () => (await row(gate)).finished_at > 0);
    expect((await gate.get(`${path}/abc`)).status).toBe(404);
    expect(gate.records.filter(({ charge }) => charge)).toEqual([]);
    expect((await reserved(gate)).filter((one) => one.state === 'open')).toEqual([]);
    await expectClean(gate);
  });

  test('a mistake in charging what was made is told, and leaves nothing held', async () => {
    const { gate } = await house();
    const { ledger, load } = gate.deps;
    const { settle } = ledger;
    Object.assign(ledger, {
      settle: () => {
        Object.assign(ledger, { settle });
        throw new Error('a mistake');
      },
    });
    const response = await gate.post({ model: 'models/m', contents, ttl: '3600s' }, { path });
    expect(response.status).toBe(500);
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ status: 500, endReason: 'gateway_error' });
    expect(gate.records[0]?.charge).toBeUndefined();
    expect(load.openRequests).toBe(0);
    await heldFor(gate, 1);
    expect((await gate.get(`${path}/abc`, 'DELETE')).status).toBe(200);
    await gate.recorded(2);
    await expectClean(gate);
  });
});
