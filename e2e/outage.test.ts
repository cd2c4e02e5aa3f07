import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { balanced, openAdmin, setUpRoot, verify } from './account.ts';
import { openBooks, type Books } from './books.ts';
import { eachDatabase, type OwnDatabase } from './databases.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { frames, startUpstream, streamedAnswer, wholeAnswer, type ScriptedUpstream } from './scripted-upstream.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { until } from './until.ts';

setDefaultTimeout(60_000);

/** The main database goes away and comes back: who is known is served, nobody is told lies, and nothing is lost. */

type Answer = {
  readonly status: number;
  readonly code: string;
  readonly id: string;
  readonly retryAfter: string | null;
};

eachDatabase('without its database, a gateway', ['postgres', 'mysql'], (create, kind) => {
  let upstream: ScriptedUpstream;
  let database: OwnDatabase;
  let proxy: TcpProxy;
  let gateway: Gateway;
  let books: Books;
  let known: string;
  let userId: string;
  const unused: string[] = [];
  const servedIds = new Set<string>();

  const call = async (key: string, stream = false): Promise<Answer> => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'go' }] }),
      keepalive: false,
    });
    const text = await response.text();
    const id = response.headers.get('x-request-id') ?? '';
    if (response.status === 200) servedIds.add(id);
    const code = response.status === 200 ? '' : (JSON.parse(text) as { error: { code: string } }).error.code;
    return { status: response.status, code, id, retryAfter: response.headers.get('retry-after') };
  };

  beforeAll(async () => {
    upstream = startUpstream(({ stream }) =>
      stream ? streamedAnswer([frames.words('words'), frames.end(10, 1)]) : wholeAnswer('words', 10, 1),
    );
    database = await create();
    const url = new URL(database.url!);
    proxy = await startTcpProxy(url.hostname, Number(url.port));
    const proxied = new URL(url);
    proxied.host = `127.0.0.1:${proxy.port}`;
    gateway = await startGateway({
      databaseUrl: proxied.toString(),
      config: `
channels:
  - { name: main, provider: openai, baseUrl: "${upstream.baseUrl}", credentials: [{ apiKey: sk-upstream }], models: [m] }
models:
  - { name: m, price: { input: 1, output: 1 } }
`,
      commands: setUpRoot,
    });
    books = openBooks(gateway, database.url);
    const admin = await openAdmin(gateway);
    ({ userId } = admin);
    await admin.credit('1');
    known = (await admin.createKey('known')).key;
    for (let index = 0; index < 2; index++) unused.push((await admin.createKey(`unused ${index}`)).key);
    expect(await call(known)).toMatchObject({ status: 200 });
  });

  afterAll(async () => {
    await books?.close();
    await gateway?.stop();
    await proxy?.stop();
    await upstream?.stop();
    await database?.drop();
  });

  for (const [index, state] of (['cut', 'hang'] as const).entries())
    test(`serves known keys and answers others 503 (${state})`, async () => {
      proxy.set(state);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, turn) => call(known, turn % 2 === 0)));
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
      // It exists, but this process has never seen it, and must not call it wrong.
      const stranger = await call(unused[index]!);
      expect(stranger).toMatchObject({ status: 503, code: 'database_unavailable' });
      expect(Number(stranger.retryAfter)).toBeGreaterThan(0);
      // A typo needs no database to be one.
      expect(await call(`${known.slice(0, -1)}${known.endsWith('a') ? 'b' : 'a'}`)).toMatchObject({ status: 401 });
      expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
      expect((await call(known)).status).toBe(200);

      proxy.set('open');
      await until('the unknown key known', async () => (await call(unused[index]!)).status === 200, 20_000);
      await until(
        'everything posted',
        async () => {
          const response = await fetch(`${gateway.url}/readyz`);
          return ((await response.json()) as { unposted: number }).unposted === 0;
        },
        20_000,
      );
      const charges = await books.charges();
      expect(charges.map((charge) => charge.requestId)).toEqual([...servedIds].toSorted());
      expect(await books.balance(userId)).toBe(1_000_000_000n - BigInt(servedIds.size) * 11_000n);
      expect(await verify(gateway)).toEqual(balanced);
    });

  // Waiting in vain for the database takes ten seconds; it is the same code for every kind.
  test.skipIf(kind === 'mysql')(
    'ends well while the database is away, and the next start posts what it left',
    async () => {
      proxy.set('cut');
      expect((await call(known)).status).toBe(200);
      const { dataDir, port } = gateway;
      const code = await gateway.end('SIGTERM');
      if (code !== 0) throw new Error(`it ended with ${code}\n${gateway.output()}`);
      expect((await books.charges()).length).toBe(servedIds.size - 1);
      proxy.set('open');
      const url = new URL(database.url!);
      const next = await startGateway({ databaseUrl: url.toString(), dataDir, port });
      try {
        await until('the last charge', async () => (await books.charges()).length === servedIds.size);
        expect((await books.charges()).map((charge) => charge.requestId)).toEqual([...servedIds].toSorted());
        expect(await verify(next)).toEqual(balanced);
        expect(await next.end('SIGTERM')).toBe(0);
        expect(await books.leased(userId)).toBe(0n);
      } finally {
        await next.stop();
      }
    },
  );
});
