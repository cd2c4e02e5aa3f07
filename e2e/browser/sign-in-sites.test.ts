import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { field, openTestApp } from '@tollgate/server/http/testing/admin-app';
import {
  clientOf,
  fakeSites,
  telegramAnswer,
  type Persona,
} from '@tollgate/server/services/sign-in/testing/fake-sites';
import { openOidcServer } from '@tollgate/server/services/sign-in/testing/oidc-server';
import { openInMemory } from '@tollgate/server/store/testing/schema-copies';
import type { Page, Route } from 'playwright-core';
import { chromiumPath } from './chromium.ts';
import { openConsolePage, type ConsolePage } from './console-page.ts';
import { serveHere } from './gateway-here.ts';

/*
 * Every site that people sign in by, walked as they walk it: the button, the site's own page, and back. The sites stand at their real
 * addresses, for the browser by what it is given there, for the gateway by whom it asks; so the gateway is one of this process.
 */

const botToken = '12345678:AAFakeFakeFakeFakeFakeFakeFakeFake_x';
const google = 'https://accounts.google.com';

/** Who comes by each of them, and as whom they are greeted. */
const walks: readonly {
  readonly provider: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly persona: Persona;
  readonly name: string;
}[] = [
  {
    provider: 'github',
    settings: { clientId: clientOf.id },
    persona: { id: 583_231, login: 'octocat', name: 'Octo Cat', emails: [] },
    name: 'Octo Cat',
  },
  {
    provider: 'discord',
    settings: { clientId: clientOf.id },
    persona: { id: '80351110224678912', username: 'nelly', global_name: 'Nelly', verified: false },
    name: 'Nelly',
  },
  {
    provider: 'linuxdo',
    settings: { clientId: clientOf.id, minimumTrustLevel: 1 },
    persona: { id: 1, username: 'neo', trust_level: 2, active: true },
    name: 'neo',
  },
  {
    provider: 'oauth2',
    settings: {
      clientId: clientOf.id,
      authorizationUrl: 'https://own.example/authorize',
      tokenUrl: 'https://own.example/token',
      userInfoUrl: 'https://own.example/me',
      subjectField: 'id',
      nameField: 'full_name',
    },
    persona: { id: '77', full_name: 'Olga Own' },
    name: 'Olga Own',
  },
  {
    provider: 'wechat',
    settings: { appId: clientOf.id },
    secrets: { appSecret: clientOf.secret },
    persona: { openid: 'o_1', unionid: 'u_1', nickname: '王小明' },
    name: '王小明',
  },
  {
    provider: 'feishu',
    settings: { clientId: clientOf.id },
    persona: { open_id: 'ou_1', name: '张三', tenant_key: 'ten-1' },
    name: '张三',
  },
  {
    provider: 'dingtalk',
    settings: { clientId: clientOf.id },
    persona: { unionId: 'du_1', nick: '李四' },
    name: '李四',
  },
  {
    provider: 'wecom',
    settings: { corpId: clientOf.id, agentId: '1000002' },
    persona: { userid: 'wangwu' },
    name: 'wangwu',
  },
];

describe.skipIf(chromiumPath === undefined)('every site', () => {
  let oidc: Awaited<ReturnType<typeof openOidcServer>>;
  let database: Awaited<ReturnType<typeof openInMemory>>;
  let app: Awaited<ReturnType<typeof openTestApp>>;
  let server: Bun.Server<undefined>;
  let sites: ReturnType<typeof fakeSites>;
  let view: ConsolePage;
  let page: Page;

  /** Google's discovery, whose endpoints are those of the provider of this process. */
  const askGoogle = async (url: string, init?: RequestInit): Promise<Response> => {
    if (!url.startsWith(google)) return await fetch(url, init);
    const found = await fetch(`${oidc.issuer}${new URL(url).pathname}`, init);
    return Response.json({ ...((await found.json()) as object), issuer: google });
  };

  beforeAll(async () => {
    oidc = await openOidcServer();
    database = await openInMemory();
    sites = fakeSites(askGoogle);
    app = await openTestApp(database, { askOutside: sites.fetch });
    server = await serveHere(app);
    view = await openConsolePage();
    page = view.page;
    const root = await app.enroll('root', 'root@example.com');
    const asRoot = async (method: string, path: string, body: unknown): Promise<void> => {
      const reply = await app.call(method, `/api/v1${path}`, { token: root.token, body });
      expect(`${path} ${reply.status < 300 ? '' : reply.text}`).toBe(`${path} `);
    };
    await asRoot('PUT', '/settings/site.publicUrl', { value: new URL('/', server.url).href.replace(/\/$/, '') });
    const own = { clientId: 'tollgate' };
    for (const { provider, settings, secrets = { clientSecret: clientOf.secret } } of [
      ...walks,
      { provider: 'google', settings: own, secrets: { clientSecret: 'a secret' } },
      { provider: 'oidc', settings: { ...own, issuer: oidc.issuer }, secrets: { clientSecret: 'a secret' } },
      { provider: 'telegram', settings: {}, secrets: { botToken } },
    ])
      await asRoot('POST', '/sign-in-methods', { name: `By ${provider}`, provider, signUp: true, settings, secrets });
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await server?.stop(true);
    app?.snapshots.close();
    await database?.close();
    await oidc?.stop();
  });

  /** Goes in by a button and out again; whoever came in is greeted by their name. */
  const walk = async (provider: string, name: string): Promise<void> => {
    await page.goto(server.url.href);
    await page.getByRole('button', { name: `Continue with By ${provider}` }).click();
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
    const me = await page.evaluate<{ me: unknown }>(`fetch('/api/v1/session').then((answer) => answer.json())`);
    expect(`${provider} ${field(me, 'me.user.name')}`).toBe(`${provider} ${name}`);
    await page.context().clearCookies();
  };

  /** A page of the site on which the person agrees, and is sent back. */
  const sendBack = async (route: Route, to: URL | string): Promise<void> =>
    await route.fulfill({
      contentType: 'text/html',
      body: `<script>location.replace(${JSON.stringify(String(to))})</script>`,
    });

  test.each(walks)(
    '$provider lets in whom it names',
    async ({ provider, persona, name }) => {
      const elsewhere = (url: URL): boolean => url.origin !== server.url.origin;
      await page.route(elsewhere, async (route) => {
        await sendBack(route, sites.visit(route.request().url(), persona));
      });
      await walk(provider, name);
      await page.unroute(elsewhere);
    },
    30_000,
  );

  test('providers of OpenID Connect let in whom they name, by discovery', async () => {
    oidc.state.person = { sub: 'staff-1', name: 'Anna' };
    await walk('oidc', 'Anna');
    oidc.state.person = { sub: 'g-1', name: 'Gina' };
    oidc.state.tamper = (claims) => void (claims['iss'] = google);
    await walk('google', 'Gina');
  }, 30_000);

  test('telegram lets in whom its signature names', async () => {
    await page.route('https://oauth.telegram.org/**', async (route) => {
      const back = new URL(new URL(route.request().url()).searchParams.get('return_to') ?? '');
      const fields = { id: 4242, first_name: 'Tim', auth_date: Math.floor(Date.now() / 1000) };
      back.hash = `tgAuthResult=${telegramAnswer(botToken, fields)}`;
      await sendBack(route, back);
    });
    await walk('telegram', 'Tim');
    expect(view.wrong).toEqual([]);
  }, 30_000);
});
