import { expect, test } from 'bun:test';
import { operations } from '@tollgate/contract/operations/list';
import { endpoints } from '../../endpoints/index.ts';
import { openDatabase } from '../../store/database.ts';
import { migrate } from '../../store/migrations/index.ts';
import { openTestApp } from '../testing/admin-app.ts';

const endpointsAnswer = operations['endpoints.list'].answer;

test('what administrators write for everybody is read by strangers, and nothing else of the settings is', async () => {
  const database = await openDatabase('sqlite::memory:');
  await migrate(database);
  const app = await openTestApp(database);
  try {
    const root = await app.enroll('root', 'root@example.com');
    const empty = await app.call('GET', '/api/v1/site/content');
    expect(empty.status).toBe(200);
    expect(empty.json).toEqual({
      name: 'Tollgate',
      logoUrl: '',
      footer: '',
      announcement: '',
      faq: '',
      about: '',
      terms: '',
      privacy: '',
    });
    const write = async (name: string, value: unknown) =>
      await app.call('PUT', `/api/v1/settings/site.${name}`, { token: root.token, body: { value } });
    expect((await write('faq', '## Who?\n\n<b>Us</b>')).status).toBe(200);
    expect((await write('logoUrl', 'https://example.com/logo.svg')).status).toBe(200);
    for (const wrong of ['http://example.com/logo.svg', 'javascript:alert(1)', 'logo.svg'])
      expect((await write('logoUrl', wrong)).status).toBe(400);
    expect((await write('announcement', 'x'.repeat(4001))).status).toBe(400);
    const written = await app.call('GET', '/api/v1/site/content');
    expect(written.json).toMatchObject({
      faq: '## Who?\n\n<b>Us</b>',
      logoUrl: 'https://example.com/logo.svg',
      announcement: '',
    });
    await write('faq', null);
    expect((await app.call('GET', '/api/v1/site/content')).json).toMatchObject({ faq: '' });
  } finally {
    app.snapshots.close();
    await database.close();
  }
});

test('an installation tells of its database, its clocks, its directory and its public address', async () => {
  const database = await openDatabase('sqlite::memory:');
  await migrate(database);
  const app = await openTestApp(database);
  let other = 'nothing like it';
  const neighbour = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response(other) });
  try {
    const root = await app.enroll('root', 'root@example.com');
    const read = async () => (await app.call('GET', '/api/v1/installation', { token: root.token })).json;
    expect(await read()).toMatchObject({
      database: { kind: 'sqlite', reachable: true },
      dataDir: { problem: null },
      publicUrl: { configured: '', state: 'unset' },
      secure: false,
    });
    const publicUrl = `http://127.0.0.1:${neighbour.port}/gate/`;
    await app.call('PUT', '/api/v1/settings/site.publicUrl', { token: root.token, body: { value: publicUrl } });
    expect(await read()).toMatchObject({ publicUrl: { configured: publicUrl, state: 'elsewhere' } });
    other = (await app.call('GET', '/api/v1/site')).text;
    expect(await read()).toMatchObject({ publicUrl: { state: 'reached' } });
    await neighbour.stop(true);
    expect(await read()).toMatchObject({ publicUrl: { state: 'unreachable' } });
    const elsewhere = app.variant({ dataDir: '/proc/nowhere' });
    const refused = await elsewhere('GET', '/api/v1/installation', { token: root.token });
    expect(refused.json).toMatchObject({ dataDir: { path: '/proc/nowhere', problem: 'ENOENT' } });
  } finally {
    await neighbour.stop(true);
    app.snapshots.close();
    await database.close();
  }
});

test('what applications can ask is told from the table that serves it', async () => {
  const database = await openDatabase('sqlite::memory:');
  await migrate(database);
  const app = await openTestApp(database);
  try {
    const { data } = endpointsAnswer.parse((await app.call('GET', '/api/v1/endpoints')).json);
    expect(data.map(({ id }) => id)).toEqual(endpoints.map(({ id }) => id));
    expect(data.find(({ id }) => id === 'videos')).toEqual({
      id: 'videos',
      title: 'OpenAI Videos',
      routes: [{ method: 'POST', path: '/v1/videos' }],
      protocol: 'openai-chat',
      operation: 'videos',
      body: 'json or multipart',
      answers: ['task'],
      translated: true,
      charged: true,
    });
  } finally {
    app.snapshots.close();
    await database.close();
  }
});
