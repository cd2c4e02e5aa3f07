import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openOidcServer } from '@tollgate/server/services/sign-in/testing/oidc-server';
import type { Page } from 'playwright-core';
import { type Gateway, startGateway } from '../gateway.ts';
import { chromiumPath } from './chromium.ts';
import { enter, enterByLink, openConsolePage, type ConsolePage } from './console-page.ts';

/** The ways in, as people walk them: somebody else, an authenticator, a passkey. */

const email = 'root@example.com';
const password = 'correct horse battery';

/** The code of an authenticator (RFC 6238). */
function codeOf(secret: string, at: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 0x0f;
  return String((hash.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

describe.skipIf(chromiumPath === undefined)('the ways in', () => {
  let oidc: Awaited<ReturnType<typeof openOidcServer>>;
  let gateway: Gateway;
  let view: ConsolePage;
  let page: Page;
  let home: string;

  const look = async (state: string): Promise<void> => {
    await view.look(`sign-in-${state}`);
  };
  const press = (name: string | RegExp): Promise<void> => view.press(name);
  const call = async (method: string, where: string, body: unknown): Promise<void> => {
    const status = await page.evaluate<number>(
      `fetch('/api/v1${where}', { method: '${method}', headers: { 'content-type': 'application/json' },
        body: ${JSON.stringify(JSON.stringify(body))} }).then((response) => response.status)`,
    );
    expect(status).toBeLessThan(300);
  };
  const signOut = async (): Promise<void> => {
    await page.getByRole('button', { name: /^Account of/ }).click();
    await press('Sign out');
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  };
  const byPassword = async (): Promise<void> => {
    await enter(page, { email, password });
  };

  beforeAll(async () => {
    oidc = await openOidcServer();
    oidc.state.person = { sub: 'staff-1', preferred_username: 'anna', name: 'Anna', email_verified: false };
    gateway = await startGateway({});
    // Passkeys belong to names, not to addresses.
    home = gateway.url.replace('127.0.0.1', 'localhost');
    view = await openConsolePage();
    page = view.page;
    await enterByLink(page, gateway.setupUrl?.replace('127.0.0.1', 'localhost'), { email, password });
    await page.getByRole('heading', { name: 'First steps' }).waitFor();
    await call('PUT', '/settings/site.publicUrl', { value: home });
    await call('PUT', '/settings/accounts.signInPrivateHosts', { value: ['127.0.0.1', 'localhost'] });
    await call('POST', '/sign-in-methods', {
      name: 'Company',
      provider: 'oidc',
      signUp: true,
      settings: { issuer: oidc.issuer, clientId: 'tollgate' },
      secrets: { clientSecret: 'a secret' },
    });
  }, 60_000);

  afterAll(async () => {
    await view?.close();
    await gateway?.stop();
    await oidc?.stop();
  });

  test('an account is linked to somebody else’s, and entered by it', async () => {
    await page.goto(`${home}/account`);
    await page.getByText('Linked accounts').waitFor();
    await look('account');
    await press('Link');
    await page.getByText('anna', { exact: true }).waitFor();
    await signOut();
    await look('buttons');
    // Where links that were mailed lead to, whoever opens them.
    for (const [link, title] of [
      ['confirm', 'Create your account'],
      ['reset', 'Set a new password'],
      ['confirm-email', 'Confirm your address'],
    ] as const) {
      await page.goto(`${home}/${link}#token=nonsense`);
      await page.getByRole('heading', { name: title }).waitFor();
      await look(link);
    }
    await page.goto(home);
    await press('Continue with Company');
    await page.getByRole('button', { name: `Account of ${email}` }).waitFor();
  }, 60_000);

  test('a passkey enters by itself, and an authenticator is asked for after a password', async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(`${home}/account`);
    await press('Add a passkey');
    await page.getByText(/^added /).waitFor();
    await press('Set up');
    const secret = ((await page.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? '').trim();
    await page.getByLabel('Code that it shows').fill(codeOf(secret, Date.now()));
    await look('authenticator');
    await page.getByRole('dialog').getByRole('button', { name: 'Set up', exact: true }).click();
    await page.getByText('Keep these codes in a safe place').waitFor();
    await look('backup-codes');
    const codes = ((await page.getByRole('dialog').locator('pre').textContent()) ?? '').trim().split(/\s+/);
    expect(codes).toHaveLength(10);
    await press('I have kept them');
    await signOut();
    await byPassword();
    await page.getByText('One more step').waitFor();
    await look('code');
    await page.getByLabel('Code').fill(codeOf(secret, Date.now() + 30_000));
    await press('Sign in');
    await page.getByRole('button', { name: `Account of ${email}` }).waitFor();
    await signOut();
    await press('Sign in with a passkey');
    await page.getByRole('button', { name: `Account of ${email}` }).waitFor();
    // A backup code stands in for the authenticator.
    await signOut();
    await byPassword();
    await page.getByText('One more step').waitFor();
    await page.getByLabel('Code').fill(codes[0] ?? '');
    await press('Sign in');
    await page.getByRole('button', { name: `Account of ${email}` }).waitFor();
    expect(view.wrong).toEqual([]);
  }, 90_000);
});
