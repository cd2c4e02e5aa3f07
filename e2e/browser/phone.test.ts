import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Locator, Page } from 'playwright-core';
import { openAdmin, root, setUpRoot, type Admin } from '../account.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { until } from '../until.ts';
import { chromiumPath } from './chromium.ts';
import { openConsolePage, type ConsolePage } from './console-page.ts';

/** Somebody on call, with a phone and one thumb: finds the channel that fails, and takes it out of use. */

const screen = { width: 390, height: 844 } as const;

const config = `
models:
  - { name: steady, price: { input: 1, output: 2 } }
  - { name: shaky, price: { input: 1, output: 2 } }
groups:
  - { name: default, multiplier: 1 }
`;

type Channels = { readonly data: readonly { readonly name: string; readonly enabled: boolean }[] };

describe.skipIf(chromiumPath === undefined)('the console on a phone', () => {
  let upstream: ReturnType<typeof Bun.serve>;
  let gateway: Gateway;
  let admin: Admin;
  let view: ConsolePage;
  let page: Page;

  /** Presses with a thumb: what is too small for one, or lies outside of the screen, fails. */
  const tap = async (what: Locator): Promise<void> => {
    await what.waitFor();
    await what.scrollIntoViewIfNeeded();
    const box = await what.boundingBox();
    if (box === null) throw new Error('nothing to press');
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(32);
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(screen.width);
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  };

  beforeAll(async () => {
    upstream = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => Response.json({ error: { message: 'We are having trouble.' } }, { status: 500 }),
    });
    gateway = await startGateway({ config, commands: setUpRoot });
    admin = await openAdmin(gateway);
    for (const [name, model] of [
      ['healthy', 'steady'],
      ['broken', 'shaky'],
    ])
      await admin.call('POST', '/channels', {
        name,
        provider: 'custom',
        baseUrl: `http://127.0.0.1:${upstream.port}/${name}`,
        credentials: [{ apiKey: name }],
        models: [model],
        groups: ['default'],
      });
    await admin.credit('1');
    const { key } = await admin.createKey('app');
    // Enough failures in a row for the channel to be rested.
    for (let time = 0; time < 8; time++)
      await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'shaky', messages: [{ role: 'user', content: 'Hello' }] }),
      });
    view = await openConsolePage({ noRefusals: true, screen: { hasTouch: true, viewport: screen } });
    page = view.page;
    await page.goto(gateway.url);
    await page.getByLabel('E-mail').fill(root.email);
    await page.getByLabel('Password').fill(root.password);
    await tap(page.getByRole('button', { name: 'Sign in', exact: true }));
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await gateway?.stop();
    await upstream?.stop(true);
  });

  test('the first page names the failing channel in sight, and its page, a tap away, tells what ails it', async () => {
    const link = page
      .getByRole('region', { name: 'Needs attention' })
      .getByRole('link', { name: 'broken', exact: true });
    await link.waitFor();
    const box = await link.boundingBox();
    // Above the bar at the bottom, without scrolling.
    expect((box?.y ?? screen.height) + (box?.height ?? 0)).toBeLessThan(screen.height - 64);
    await view.look('phone-home-trouble');
    await page.setViewportSize(screen);
    await link.tap();
    await page.getByRole('heading', { name: 'broken', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Disable', exact: true }).waitFor();
    await page.goto(`${gateway.url}/home`);
    await page
      .getByText(/degraded|cooling/)
      .first()
      .click();
    await page.waitForURL('**/channels?state=trouble');
    await page.goto(`${gateway.url}/home`);
  }, 60_000);

  test('the failing channel is two taps away, tells what ails it, and is off with two more', async () => {
    await tap(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Channels' }));
    await page.getByRole('heading', { name: 'Channels', level: 1 }).waitFor();
    const row = page.getByRole('row', { name: /broken/ }).or(page.getByRole('listitem').filter({ hasText: 'broken' }));
    await row.getByText(/Cooling|Degraded|Failing/).waitFor();
    await tap(page.getByRole('button', { name: 'Actions for broken' }));
    await view.look('phone-channel-menu');
    await page.setViewportSize(screen);
    await tap(page.getByRole('menuitem', { name: 'Disable', exact: true }));
    await until('the channel to be disabled', async () => {
      const { body } = await admin.call<Channels>('GET', '/channels');
      return body.data.find(({ name }) => name === 'broken')?.enabled === false;
    });
    await row.getByText(/Disabled|Off by you/).waitFor();
    const { body } = await admin.call<Channels>('GET', '/channels');
    expect(body.data.find(({ name }) => name === 'healthy')?.enabled).toBe(true);
  }, 60_000);

  test('the console can be installed, and keeps nothing for when there is no gateway', async () => {
    const devtools = await page.context().newCDPSession(page);
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
    const { errors } = await devtools.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(await page.evaluate('navigator.serviceWorker?.getRegistrations().then((all) => all.length) ?? 0')).toBe(0);
    expect(await page.evaluate('caches?.keys().then((all) => all.length) ?? 0')).toBe(0);
  }, 30_000);

  test('addresses of the console that was here before lead to ours', async () => {
    for (const [former, now] of [
      ['/console/channel', '/channels'],
      ['/console/token', '/keys'],
      ['/usage-logs/common?x=1', '/requests'],
    ] as const) {
      await page.goto(`${gateway.url}${former}`);
      await page.waitForURL((url) => url.pathname === now);
    }
    expect(view.wrong).toEqual([]);
  }, 30_000);
});
