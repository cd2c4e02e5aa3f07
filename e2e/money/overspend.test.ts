import { afterAll, beforeAll, expect, test, setDefaultTimeout } from 'bun:test';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks } from '../books.ts';
import { eachDatabase, type OwnDatabase } from '../databases.ts';
import { startGateway, workersOf, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';
import { callFlat, flatConfig, inParallel } from './flat-price.ts';
import { startFlatUpstream, type FlatUpstream } from './flat-upstream.ts';

setDefaultTimeout(60_000);

/** One wallet of exactly a thousand calls, asked for more by several processes at once. */

const affordable = 1000;
const asked = 1200;
const atOnce = 40;

let upstream: FlatUpstream;
beforeAll(() => {
  upstream = startFlatUpstream();
});
afterAll(async () => {
  await upstream.stop();
});

type Site = { readonly gateways: readonly Gateway[]; readonly database: OwnDatabase };

async function expectExactlyAffordable({ gateways, database }: Site): Promise<void> {
  const [first] = gateways;
  if (first === undefined) throw new Error('no gateway');
  const admin = await openAdmin(first);
  const { userId } = admin;
  await admin.credit('1');
  const { key } = await admin.createKey('thousand');
  const before = upstream.answered();

  const outcomes = await inParallel(asked, atOnce, (index) =>
    callFlat(gateways[index % gateways.length]?.url ?? '', key, index % 4 === 0),
  );

  const count = (status: number): number => outcomes.filter((outcome) => outcome.status === status).length;
  expect({ served: count(200), refused: count(402) }).toEqual({ served: affordable, refused: asked - affordable });
  const whole = outcomes.filter((outcome) => outcome.whole);
  expect(whole).toHaveLength(affordable);
  expect(upstream.answered() - before).toBe(affordable);

  const books = openBooks(first, database.url);
  try {
    const charges = await until('a thousand charges', async () => {
      const all = await books.charges();
      return all.length >= affordable && all;
    });
    expect(charges.map((charge) => charge.requestId)).toEqual(whole.map((outcome) => outcome.requestId).toSorted());
    expect(await books.balance(userId)).toBe(0n);
  } finally {
    await books.close();
  }
  expect(await verify(first)).toEqual(balanced);
}

eachDatabase('two workers sharing a port', ['sqlite'], (create) => {
  test('serve exactly what the wallet can pay', async () => {
    const database = await create();
    const gateway = await startGateway({
      config: flatConfig(upstream.baseUrl),
      commands: setUpRoot,
      env: { TOLLGATE_WORKERS: '2' },
    });
    try {
      await until('two workers', async () => (await workersOf(gateway)).length === 2);
      await expectExactlyAffordable({ gateways: [gateway], database });
    } finally {
      await gateway.stop();
    }
  });
});

eachDatabase('two servers', ['postgres', 'mysql'], (create) => {
  test('serve exactly what the wallet can pay', async () => {
    const database = await create();
    const gateways: Gateway[] = [];
    // Servers on different machines share a database and the secret, but no disk.
    const shared = { databaseUrl: database.url ?? '', env: { TOLLGATE_SECRET: 'shared by both servers, 32 letters' } };
    try {
      gateways.push(await startGateway({ ...shared, config: flatConfig(upstream.baseUrl), commands: setUpRoot }));
      gateways.push(await startGateway(shared));
      await expectExactlyAffordable({ gateways, database });
    } finally {
      for (const gateway of gateways) await gateway.stop();
      await database.drop();
    }
  });
});
