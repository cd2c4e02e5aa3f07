import { GoogleGenAI } from '@google/genai';
import { expect, test, setDefaultTimeout } from 'bun:test';
import { balanced, openAdmin, setUpRoot, verify } from '../account.ts';
import { openBooks } from '../books.ts';
import { eachDatabase } from '../databases.ts';
import { freePort, startGateway, type GatewayOptions } from '../gateway.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';

setDefaultTimeout(60_000);

/** `kill -9` while caches are kept that are paid by the time: each is charged for all of it, once. */

const tokens = 3_600_000;
/** Of 0.001 USD a million tokens and hour. */
const nanosPerMs = 1n;
const caches = 4;
/** For how long each is kept, ms. */
const keptMs = (index: number): number => 3000 + 700 * index;

/** Accounts of Google's, which keep caches as long as they are asked to. */
function startKeeper() {
  const expiry = new Map<string, { readonly at: number; readonly told: object }>();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method === 'POST') {
        const { ttl, model } = (await request.json()) as { readonly ttl: string; readonly model: string };
        const at = Date.now() + Number(ttl.slice(0, -1)) * 1000;
        const name = `cachedContents/c${expiry.size}`;
        const told = {
          name,
          model,
          usageMetadata: { totalTokenCount: tokens },
          expireTime: new Date(at).toISOString(),
        };
        expiry.set(name, { at, told });
        return Response.json(told);
      }
      const kept = expiry.get(pathname.slice('/v1beta/'.length));
      if (kept && kept.at > Date.now()) return Response.json(kept.told);
      const error = {
        code: 403,
        message: 'CachedContent not found (or permission denied)',
        status: 'PERMISSION_DENIED',
      };
      return Response.json({ error }, { status: 403 });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, expiry, stop: () => server.stop(true) };
}

const config = (url: string): string => `
channels:
  - { name: caches, provider: gemini, baseUrl: "${url}", credentials: [{ apiKey: sk-upstream }], models: [gemini-2.5-flash] }
models:
  - { name: gemini-2.5-flash, price: { input: 0, output: 0, cacheStorage: 0.001 } }
`;

eachDatabase('kill -9 while caches are kept', ['sqlite', 'postgres'], (create) => {
  test('they are charged until they expire, once', async () => {
    const keeper = startKeeper();
    const database = await create();
    const folder = await temporaryFolder();
    const options: GatewayOptions = {
      dataDir: folder.path,
      port: await freePort(),
      ...(database.url === undefined ? {} : { databaseUrl: database.url }),
    };
    let gateway = await startGateway({ ...options, config: config(keeper.url), commands: setUpRoot });
    const books = openBooks(gateway, database.url);
    try {
      const admin = await openAdmin(gateway);
      await admin.credit('1');
      const { key } = await admin.createKey('caches');
      const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: gateway.url } });
      for (let index = 0; index < caches; index++) {
        const ttl = `${keptMs(index) / 1000}s`;
        await google.caches.create({ model: 'gemini-2.5-flash', config: { contents: 'A book', ttl } });
      }
      // Before anything is set aside, while it is, and when some are over.
      for (const pauseMs of [0, 700, 1500]) {
        await Bun.sleep(pauseMs);
        expect(await gateway.end('SIGKILL')).toBe(137);
        gateway = await startGateway(options);
      }
      const stored = async () => (await books.charges()).filter(({ amount }) => amount > 0n);
      await until('all are charged', async () => (await stored()).length === caches);
      const amounts = (await stored()).map(({ amount }) => amount).toSorted((a, b) => Number(a - b));
      // From when it was asked for until it expires: the time that asking took comes on top.
      for (const [index, amount] of amounts.entries()) {
        expect(amount).toBeGreaterThanOrEqual(BigInt(keptMs(index)) * nanosPerMs);
        expect(amount).toBeLessThan(BigInt(keptMs(index) + 700) * nanosPerMs);
      }
      expect(await books.balance(admin.userId)).toBe(1_000_000_000n - amounts.reduce((sum, one) => sum + one, 0n));
      expect(await verify(gateway)).toEqual(balanced);
      expect(await gateway.end('SIGTERM')).toBe(0);
      expect(await verify(gateway)).toEqual(balanced);
    } finally {
      await gateway.stop();
      await books.close();
      await database.drop();
      await folder.remove();
      await keeper.stop();
    }
  });
});
