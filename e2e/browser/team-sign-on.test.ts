import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openOrganisation } from '@tollgate/server/http/admin/testing/organisation';
import { field, testPassword } from '@tollgate/server/http/testing/admin-app';
import { openOidcServer } from '@tollgate/server/services/sign-in/testing/oidc-server';
import { ldapPrograms, openLdap } from '@tollgate/server/services/sign-in/testing/open-ldap';
import { openSamlIdp } from '@tollgate/server/services/sign-in/testing/saml-idp.mjs';
import { openInMemory } from '@tollgate/server/store/testing/schema-copies';
import type { Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';
import { enter, openConsolePage, type ConsolePage } from './console-page.ts';
import { serveHere } from './gateway-here.ts';

/*
 * An organisation sets its single sign-on up on its page, as its owner does it, and its people come in by what was set up: by
 * OpenID Connect, by SAML, and by the operator's LDAP. The providers are real; what the DNS says is played.
 */

const { openssl, slapd } = ldapPrograms;
const missing = chromiumPath === undefined || openssl === null;

describe.skipIf(missing)('an organisation', () => {
  let corp: Awaited<ReturnType<typeof openOrganisation>>;
  let oidc: Awaited<ReturnType<typeof openOidcServer>>;
  let idp: ReturnType<typeof openSamlIdp>;
  let server: Awaited<ReturnType<typeof serveHere>>;
  let view: ConsolePage;
  let page: Page;

  beforeAll(async () => {
    oidc = await openOidcServer();
    idp = openSamlIdp(openssl ?? '', 'https://idp.example/metadata');
    corp = await openOrganisation(await openInMemory());
    server = await serveHere(corp);
    const publicUrl = server.url.href.replace(/\/$/, '');
    await corp.as(corp.root.token, 'PUT', '/settings/site.publicUrl', { value: publicUrl });
    view = await openConsolePage();
    page = view.page;
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await server?.stop(true);
    await oidc?.stop();
    await corp?.close();
  });

  const at = (path: string): string => new URL(path, server.url).href;
  const signIn = async (email: string, to: string): Promise<void> => {
    await page.context().clearCookies();
    await page.goto(at(to));
    await enter(page, { email, password: testPassword });
  };
  /** From the sign-in page to the provider of that name, for who has an address there. */
  const goByOrganisation = async (email: string, name: string): Promise<void> => {
    await page.context().clearCookies();
    await page.goto(at('/'));
    await view.press('Sign in with your organisation');
    await page.getByLabel('Your address there').fill(email);
    await view.press('Go on');
    await view.press(`Continue with ${name}`);
  };
  const signedInAs = async (): Promise<string> => {
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
    const me = await page.evaluate<{ me: unknown }>(`fetch('/api/v1/session').then((answer) => answer.json())`);
    return field(me, 'me.user.email');
  };

  test('shows a domain to be its own, and connects its providers and its directory', async () => {
    await signIn('olga@example.com', `/teams/${corp.team}?tab=sign-on`);
    await page.getByText('No identity provider yet').waitFor();
    await page.getByLabel('Domain', { exact: true }).fill('walk.example');
    await view.press('Add domain');
    const record = page.getByText(/^tollgate-domain=/);
    await record.waitFor();
    await view.look('single sign-on of a team, with a domain to verify');
    corp.dns.set('_tollgate.walk.example', [(await record.textContent()) ?? '']);
    await view.press('Verify');
    await record.waitFor({ state: 'detached' });

    await view.press('Add identity provider');
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: /Kind/ }).click();
    await page.getByRole('option', { name: 'OpenID Connect' }).click();
    await drawer.getByLabel('Name', { exact: true }).fill('Staff');
    await drawer.getByLabel('Issuer', { exact: true }).fill(oidc.issuer);
    await drawer.getByLabel('Client ID', { exact: true }).fill('gate');
    await drawer.getByLabel('Client secret', { exact: true }).fill('secret');
    await view.look('the form of an OpenID Connect provider');
    await drawer.getByRole('button', { name: 'Save', exact: true }).click();
    await drawer.waitFor({ state: 'detached' });
    await page.getByText('Staff', { exact: true }).waitFor();

    await view.press('Add identity provider');
    await drawer.getByRole('button', { name: /Kind/ }).click();
    await page.getByRole('option', { name: 'SAML 2.0' }).click();
    await drawer.getByLabel('Name', { exact: true }).fill('Headquarters');
    await drawer.getByLabel('Metadata of your identity provider').fill('no metadata');
    await drawer.getByRole('button', { name: 'Read it' }).click();
    await drawer.getByText(/This is no metadata/).waitFor();
    await drawer.getByLabel('Metadata of your identity provider').fill(idp.metadata);
    await drawer.getByRole('button', { name: 'Read it' }).click();
    await drawer.getByText(/This is no metadata/).waitFor({ state: 'detached' });
    expect(await drawer.getByLabel('Issuer', { exact: true }).inputValue()).toBe(idp.entityID);
    expect(await drawer.getByLabel('Certificate', { exact: true }).inputValue()).toContain('BEGIN CERTIFICATE');
    await view.look('the form of a SAML provider');
    await drawer.getByRole('button', { name: 'Save', exact: true }).click();
    await drawer.waitFor({ state: 'detached' });

    await view.press('Make token');
    await drawer.getByLabel('Name', { exact: true }).fill('Directory');
    await drawer.getByRole('button', { name: 'Make token' }).click();
    const token = drawer.getByText(/^tgd_/);
    await token.waitFor();
    await view.look('a token of a directory, shown once');
    const text = (await token.textContent()) ?? '';
    await drawer.getByRole('button', { name: 'I have copied it' }).click();
    expect((await corp.call('GET', '/scim/v2/Users', { token: text })).status).toBe(200);
    await view.look('single sign-on of a team that is set up');
  }, 90_000);

  test('lets its people in by OpenID Connect and by SAML, and by nothing else once it says so', async () => {
    oidc.state.person = { sub: 'ann-1', email: 'ann@walk.example', email_verified: true, name: 'Ann' };
    await goByOrganisation('ann@walk.example', 'Staff');
    expect(await signedInAs()).toBe('ann@walk.example');
    await page.goto(at('/teams'));
    await page.getByText('Corp', { exact: true }).first().waitFor();

    await page.route('https://idp.example/**', async (route) => {
      const address = route.request().url();
      const { id } = new URL(address).searchParams.has('SAMLRequest') ? await samlMethod() : { id: '' };
      const metadata = (await corp.call('GET', `/api/callbacks/saml/${id}`)).text;
      const form = await idp.visit(address, metadata, { nameId: 'bob-1', email: 'bob@walk.example' });
      const fields = [...form].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
      const action = at(`/api/callbacks/saml/${id}`);
      const body = `<form method="post" action="${action}">${fields.join('')}</form><script>document.forms[0].submit()</script>`;
      await route.fulfill({ contentType: 'text/html', body });
    });
    await goByOrganisation('bob@walk.example', 'Headquarters');
    expect(await signedInAs()).toBe('bob@walk.example');

    // Ann's session ends with this, and her password opens nothing.
    await signIn('olga@example.com', `/teams/${corp.team}?tab=sign-on`);
    await page.getByText('walk.example', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Enforce', exact: true }).last().click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Enforce' }).click();
    await page.getByText('Only way in').waitFor();
    await page.context().clearCookies();
    const ann = await corp.call('GET', '/api/v1/users?email=ann@walk.example', { token: corp.root.token });
    const reset = await corp.as(corp.root.token, 'POST', `/users/${field(ann.json, 'data.0.id')}/password-resets`);
    const password = testPassword;
    await page.goto(at(`/reset#token=${field(reset.json, 'token')}`));
    await page.getByLabel('New password').fill(password);
    await view.press('Set password');
    await page.getByText('Your password is set').waitFor();
    await page.goto(at('/'));
    await enter(page, { email: 'ann@walk.example', password });
    await page.getByText(/Your organisation has you sign in by its own way/).waitFor();
    await view.look('a password where the organisation has its own way');
    expect(view.wrong).toEqual([]);
  }, 90_000);

  test.skipIf(slapd === null)(
    'of the operator’s has people in by LDAP, asked by the sign-in page itself',
    async () => {
      const ldap = await openLdap();
      await ldap.add('lea', { mail: 'lea@example.com', cn: 'Lea Ldap' });
      await signIn('root@example.com', '/sign-in-methods');
      await page.getByText('No sign-in methods yet').waitFor();
      await view.press('Set up a method');
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('button', { name: /Provider/ }).click();
      await page.getByRole('option', { name: 'LDAP' }).click();
      await drawer.getByLabel('Address', { exact: true }).fill(ldap.url);
      await drawer.getByLabel('Base DN', { exact: true }).fill(ldap.base);
      await drawer.getByLabel('Bind DN', { exact: true }).fill(ldap.admin.dn);
      await drawer.getByLabel('Bind password', { exact: true }).fill(ldap.admin.password);
      await drawer.getByText('Strangers get an account by it').click();
      await view.look('the form of LDAP');
      await drawer.getByRole('button', { name: 'Save', exact: true }).click();
      await drawer.waitFor({ state: 'detached' });
      await page.context().clearCookies();
      await page.goto(at('/'));
      await view.press('Continue with LDAP');
      const form = page.getByRole('form', { name: 'Continue with LDAP' });
      await form.getByLabel('User name').fill('lea');
      await form.getByLabel('Password').fill('lea secret');
      await view.look('signing in by a directory');
      await form.getByRole('button', { name: 'Sign in' }).click();
      expect(await signedInAs()).toBe('lea@example.com');
      await ldap.close();
    },
    60_000,
  );

  async function samlMethod(): Promise<{ readonly id: string }> {
    const { json } = await corp.as(corp.olga.token, 'GET', `/teams/${corp.team}/sign-in-methods`);
    const { data } = json as { data: readonly { id: string; provider: string }[] };
    return data.find(({ provider }) => provider === 'saml') ?? { id: '' };
  }
});
