import { afterAll, beforeAll, expect, test, setDefaultTimeout } from 'bun:test';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { openAdmin, setUpRoot, type Admin } from './account.ts';
import { openBooks } from './books.ts';
import { eachDatabase, type OwnDatabase } from './databases.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { frames, startUpstream, streamedAnswer, wholeAnswer, type ScriptedUpstream } from './scripted-upstream.ts';
import { until } from './until.ts';

setDefaultTimeout(60_000);

/** A credential planted by `apply` is sent upstream and appears nowhere else, however the upstream tries. */

const canary = 'sk-canary-4f1d77c2a9e84b5586d1';
const headerCanary = 'header-canary-93b1c05e7d';
const metricsToken = 'metrics-token-of-the-tests';

/** Every way of an upstream to repeat the key it was given. */
const echoes: Readonly<Record<string, () => Response>> = {
  'an error body': () =>
    Response.json(
      { error: { message: `Incorrect API key provided: ${canary}.`, type: canary, code: canary, param: canary } },
      { status: 400 },
    ),
  'a refused key': () =>
    Response.json({ error: { message: `Incorrect API key provided: ${canary}` } }, { status: 401 }),
  'a server error': () =>
    Response.json({ error: { message: `Authorization: Bearer ${canary} failed` } }, { status: 500 }),
  'an error that is no JSON': () => new Response(`<html>${canary} ${headerCanary}</html>`, { status: 503 }),
  'a rate limit': () => Response.json({ error: { message: canary } }, { status: 429, headers: { 'retry-after': '0' } }),
  headers: () => {
    const answer = wholeAnswer('words', 1, 1);
    answer.headers.set('x-request-id', canary);
    answer.headers.set('x-debug', canary);
    answer.headers.set('set-cookie', `key=${canary}`);
    return answer;
  },
  'a redirect': () => new Response(null, { status: 302, headers: { location: `http://127.0.0.1:1/?key=${canary}` } }),
  'a body that is no answer': () =>
    new Response(`not json ${canary}`, { headers: { 'content-type': 'application/json' } }),
  'an error within a stream': () =>
    streamedAnswer([
      frames.words('hi'),
      `data: ${JSON.stringify({ error: { message: `bad key ${canary}`, code: canary } })}\n\n`,
    ]),
  'an error at the start of a stream': () =>
    streamedAnswer([`data: ${JSON.stringify({ error: { message: `bad key ${canary}`, type: canary } })}\n\n`]),
};

/** The header overrides of a channel may hold secrets, too. */
const config = (baseUrl: string): string => `
channels:
  - name: planted
    provider: openai
    baseUrl: "${baseUrl}"
    credentials: [{ apiKey: "\${PLANTED_KEY}" }]
    models: [m]
    overrides: { headers: { set: { x-api-secret: "\${PLANTED_HEADER}" } } }
models:
  - { name: m, price: { input: 1 } }
settings:
  health: { failureThreshold: 1000 }
`;

const secrets = [canary, headerCanary].flatMap((text) => [
  text,
  Buffer.from(text).toString('base64').replace(/=+$/, ''),
  Buffer.from(text).toString('hex'),
]);

function expectClean(where: string, text: string): void {
  for (const secret of secrets)
    if (text.includes(secret))
      throw new Error(
        `the canary is in ${where}: ${text.slice(Math.max(0, text.indexOf(secret) - 200), text.indexOf(secret) + 100)}`,
      );
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

eachDatabase('a planted credential', ['sqlite', 'postgres'], (create, kind) => {
  let upstream: ScriptedUpstream;
  let database: OwnDatabase;
  let gateway: Gateway;
  let admin: Admin;
  let keys: readonly string[];
  const sent: string[] = [];

  beforeAll(async () => {
    upstream = startUpstream(({ text, headers }) => {
      sent.push(`${headers.get('authorization')} ${headers.get('x-api-secret')}`);
      return echoes[text]?.() ?? wholeAnswer('words', 1, 1);
    });
    database = await create();
    gateway = await startGateway({
      config: config(upstream.baseUrl),
      commands: setUpRoot,
      env: {
        PLANTED_KEY: canary,
        PLANTED_HEADER: headerCanary,
        TOLLGATE_LOG_LEVEL: 'trace',
        TOLLGATE_METRICS_TOKEN: metricsToken,
      },
      ...(database.url === undefined ? {} : { databaseUrl: database.url }),
    });
    admin = await openAdmin(gateway);
    await admin.credit('10');
    const user = await admin.call<{ id: string }>('POST', '/users', {
      email: 'user@example.com',
      password: 'correct horse battery',
    });
    await admin.call('POST', `/users/${user.body.id}/credits`, { amountUsd: '10' });
    const key = await admin.call<{ key: string }>('POST', '/keys', { name: 'user', userId: user.body.id });
    keys = [(await admin.createKey('root')).key, key.body.key];
  });

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
    await database?.drop();
  });

  for (const echo of Object.keys(echoes))
    test(`is not passed on from ${echo}`, async () => {
      for (const key of keys)
        for (const stream of [false, true]) {
          const response = await fetch(`${gateway.url}/v1/chat/completions`, {
            method: 'POST',
            headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
            body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: echo }] }),
          });
          expectClean('a response', `${JSON.stringify([...response.headers])}\n${await response.text()}`);
        }
    });

  test('was sent upstream', () => {
    expect(new Set(sent)).toEqual(new Set([`Bearer ${canary} ${headerCanary}`]));
  });

  test('is in nothing that the admin API, the pages and the command line show', async () => {
    const { body: description } = await admin.call<{ paths: Record<string, object> }>('GET', '/../openapi.json');
    const all = Object.keys(description.paths ?? {}).filter((name) => !name.includes('{'));
    // What answers with events goes on until somebody leaves.
    const endless = all.filter((name) => JSON.stringify(description.paths[name]).includes('text/event-stream'));
    const paths = all.filter((name) => !endless.includes(name));
    expect([paths.length > 8, endless.length]).toEqual([true, 1]);
    for (const name of endless) {
      const told = await admin.watch(name.replace('/api/v1', ''), 1500);
      // It begins with a comment at once, and then tells what is posted meanwhile.
      expect(told).toStartWith(':');
      expectClean(`GET ${name}`, told);
    }
    const { body: channels } = await admin.call<{ data: { id: string }[] }>('GET', '/channels');
    const asked = [
      ...new Set([
        ...paths.map((name) => name.replace('/api/v1', '')),
        '/channels',
        '/audit',
        '/settings',
        '/providers',
        '/status',
      ]),
      ...channels.data.map(({ id }) => `/channels/${id}`),
      '/models/m',
    ];
    expect(channels.data).toHaveLength(1);
    for (const name of asked) expectClean(`GET ${name}`, JSON.stringify(await admin.call('GET', name)));
    for (const page of ['/', '/v1/models', '/api/docs'])
      expectClean(
        page,
        await (await fetch(`${gateway.url}${page}`, { headers: { authorization: `Bearer ${keys[0]}` } })).text(),
      );
    const metrics = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } });
    expect(metrics.status).toBe(200);
    expectClean('the metrics', await metrics.text());
    for (const args of [
      ['apply', '--dry-run', '--json', path.join(gateway.dataDir, 'tollgate.yaml')],
      ['doctor'],
      ['verify'],
    ]) {
      const { out, err } = await gateway.run(...args);
      expectClean(args.join(' '), out + err);
    }
  });

  test('is in no log line, no table and no file', async () => {
    const books = openBooks(gateway, database.url);
    try {
      await until('all requests logged', async () => (await books.requests()).length >= 4 * Object.keys(echoes).length);
      const dump = await books.dump();
      expect(dump).toContain('planted');
      expectClean('the database', dump);
    } finally {
      await books.close();
    }
    expectClean('the log', gateway.output());
    for (const file of await filesBelow(gateway.dataDir)) expectClean(file, (await readFile(file)).toString('latin1'));
    // And after a crash, with the journal of its last moments still there.
    await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys[0]}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'a server error' }] }),
    });
    await gateway.end('SIGKILL');
    const files = await filesBelow(gateway.dataDir);
    expect(files.some((file) => file.includes('outbox'))).toBe(true);
    if (kind === 'sqlite') expect(files.some((file) => file.endsWith('tollgate.db'))).toBe(true);
    for (const file of files) expectClean(file, (await readFile(file)).toString('latin1'));
  });
});
