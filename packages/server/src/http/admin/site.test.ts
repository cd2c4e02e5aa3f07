import { describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { operations } from '@tollgate/contract/operations/list';
import { z } from 'zod';
import { endpoints } from '../../endpoints/index.ts';
import { field, openTestApp } from '../testing/admin-app.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';

const endpointsAnswer = operations['endpoints.list'].answer;

test('what administrators write for everybody is read by strangers, and nothing else of the settings is', async () => {
  const database = await openInMemory();
  const app = await openTestApp(database);
  try {
    const root = await app.enroll('root', 'root@example.com');
    const empty = await app.call('GET', '/api/v1/site/content');
    expect(empty.status).toBe(200);
    expect(empty.json).toEqual({
      name: 'Tollgate',
      clients: [],
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
  const database = await openInMemory();
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
  const database = await openInMemory();
  const app = await openTestApp(database);
  try {
    const { data } = endpointsAnswer.parse((await app.call('GET', '/api/v1/endpoints')).json);
    expect(data.map(({ id }) => id)).toEqual(endpoints.map(({ id }) => id));
    expect(data.find(({ id }) => id === 'speech')?.maxBodyBytes).toBe(4 << 20);
    expect(data.find(({ id }) => id === 'files-read')).toMatchObject({ maxBodyBytes: null });
    expect(data.find(({ id }) => id === 'videos')).toEqual({
      id: 'videos',
      title: 'OpenAI Videos',
      routes: [{ method: 'POST', path: '/v1/videos' }],
      protocol: 'openai-chat',
      operation: 'videos',
      body: 'json or multipart',
      maxBodyBytes: defaultSettings.relay.maxBodyBytes,
      answers: ['task'],
      translated: true,
      charged: true,
    });
  } finally {
    app.snapshots.close();
    await database.close();
  }
});

test('a first page of one’s own is shown in a frame that keeps it away from the console', async () => {
  const database = await openInMemory();
  const app = await openTestApp(database);
  const policyOf = async (path: string) =>
    (await app.call('GET', path)).headers.get('content-security-policy')?.split('; ') ?? [];
  try {
    const root = await app.enroll('root', 'root@example.com');
    const set = (value: string) =>
      app.call('PUT', '/api/v1/settings/site.firstPage', { token: root.token, body: { value } });
    const firstPage = async () =>
      z.looseObject({ firstPage: z.json() }).parse((await app.call('GET', '/api/v1/site')).json).firstPage;
    expect(await firstPage()).toBeNull();
    expect((await app.call('GET', '/first-page.html')).status).toBe(404);
    expect((await policyOf('/')).some((rule) => rule.startsWith('frame-src'))).toBeFalse();
    expect((await set('<h1>Welcome</h1><script>alert(1)</script>')).status).toBe(200);
    expect(await firstPage()).toEqual({ url: 'first-page.html', scripts: false });
    const page = await app.call('GET', '/first-page.html');
    expect(page.text).toStartWith('<!doctype html>');
    expect(page.text).toContain('<body><h1>Welcome</h1>');
    expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    const policy = await policyOf('/first-page.html');
    const [sandbox = ''] = policy;
    expect(sandbox.split(' ')[0]).toBe('sandbox');
    expect(sandbox).not.toMatch(/allow-(scripts|same-origin|forms)/);
    expect(policy).toContain("default-src 'none'");
    expect(policy.some((rule) => rule.startsWith('script-src'))).toBeFalse();
    expect(await policyOf('/')).toContain("frame-src 'self'");
    expect(await policyOf('/')).toContain("frame-ancestors 'none'");
    await set('<!doctype html><title>Whole</title>');
    expect((await app.call('GET', '/first-page.html')).text).toBe('<!doctype html><title>Whole</title>');
    await set(' https://www.example.com/welcome?a=1 ');
    expect(await firstPage()).toEqual({ url: 'https://www.example.com/welcome?a=1', scripts: true });
    expect(await policyOf('/')).toContain('frame-src https://www.example.com');
    expect((await app.call('GET', '/first-page.html')).status).toBe(404);
    for (const wrong of [
      'http://www.example.com',
      'javascript:alert(1)',
      "https://a.example;script-src'unsafe-inline'",
    ])
      expect((await set(wrong)).status).toBe(400);
  } finally {
    app.snapshots.close();
    await database.close();
  }
});

describe('an image of the site', () => {
  /** A PNG of one pixel. */
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>').toBase64();
  const added = operations['site.images.add'].answer;

  test('is kept, put in its place by a setting, and served from the gateway for ever', async () => {
    const database = await openInMemory();
    const app = await openTestApp(database);
    try {
      const root = await app.enroll('root', 'root@example.com');
      const add = (body: object) => app.call('POST', '/api/v1/site/images', { token: root.token, body });
      const image = added.parse((await add({ base64: png })).json);
      expect(image).toMatchObject({ path: `site-images/${image.name}`, width: 1, height: 1 });
      expect((await add({ base64: png })).json).toEqual(image);
      const set = (name: string, value: string) =>
        app.call('PUT', `/api/v1/settings/site.${name}`, { token: root.token, body: { value } });
      expect((await set('logo', image.name)).status).toBe(200);
      expect((await set('favicon', image.name)).status).toBe(200);
      expect((await set('logo', '../../etc/passwd')).status).toBe(400);
      expect((await app.call('GET', '/api/v1/site')).json).toMatchObject({
        images: { logo: image.path, logoDark: '', favicon: image.path },
      });
      const served = await app.call('GET', `/${image.path}`);
      expect(served.headers.get('content-type')).toBe('image/png');
      expect(served.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(served.headers.get('x-content-type-options')).toBe('nosniff');
      for (const [wrong, words] of [
        [{ base64: svg }, 'no PNG, JPEG or WebP'],
        [{ base64: Buffer.alloc(300_001).toBase64() }, '400000 characters'],
        [{ base64: '' }, ''],
        [{ url: 'http://example.com/a.png' }, ''],
      ] as const) {
        const refused = await add(wrong);
        expect(refused.status).toBe(400);
        expect(refused.text).toContain(words);
      }
      expect((await app.call('GET', `/site-images/${'0'.repeat(32)}.png`)).status).toBe(404);
    } finally {
      app.snapshots.close();
      await database.close();
    }
  });

  test('at an address is fetched once by the gateway, and no other address is', async () => {
    const database = await openInMemory();
    const asked: string[] = [];
    const app = await openTestApp(database, {
      fetchOutside: (url) => {
        asked.push(url);
        return Promise.resolve(
          url.endsWith('.png') ? { bytes: Uint8Array.fromBase64(png) } : { problem: 'it is not there' },
        );
      },
    });
    try {
      const root = await app.enroll('root', 'root@example.com');
      const set = (value: string) =>
        app.call('PUT', '/api/v1/settings/site.logoUrl', { token: root.token, body: { value } });
      const path = async () => `/${field((await app.call('GET', '/api/v1/site')).json, 'images.logo')}`;
      await set('https://example.com/logo.png');
      const first = await path();
      const answers = await Promise.all([app.call('GET', first), app.call('GET', first)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(asked).toEqual(['https://example.com/logo.png']);
      await set('https://example.com/gone');
      for (let time = 0; time < 2; time += 1) expect((await app.call('GET', await path())).status).toBe(404);
      expect(asked).toEqual(['https://example.com/logo.png', 'https://example.com/gone']);
      // What was fetched is still there for pages that are open.
      expect((await app.call('GET', first)).status).toBe(200);
      const refused = await app.call('POST', '/api/v1/site/images', {
        token: root.token,
        body: { url: 'https://example.com/gone' },
      });
      expect(refused.status).toBe(400);
      expect(refused.text).toContain('it is not there');
    } finally {
      app.snapshots.close();
      await database.close();
    }
  });
});
