import { expect, test } from 'bun:test';
import { TOTP, Secret } from 'otpauth';
import { clientOf, fakeSites } from '../../services/sign-in/testing/fake-sites.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import type { Database } from '../../store/database.ts';
import { z } from 'zod';
import { field, openTestApp, testPassword } from '../testing/admin-app.ts';
import { openBrowser, outcomeOf, type Browser } from '../testing/browser.ts';

const codesSchema = z.object({ backupCodes: z.array(z.string()) });
const path = '/api/v1/me/second-factor';

/** A gateway with a person whose authenticator is in force; `clock` is its time. */
async function openGate(database: Database) {
  const sites = fakeSites((url, init) => fetch(url, init));
  const gate = await openTestApp(database, { askOutside: sites.fetch });
  const root = await gate.enroll('root', 'root@example.com');
  const ann = await gate.enroll('user', 'ann@example.com');
  const signIn = async (browser: Browser, email = 'ann@example.com', password = testPassword) =>
    await browser.send('POST', '/api/v1/session', { email, password });
  const browser = openBrowser(gate.call);
  await signIn(browser);
  const secret = field((await browser.send('POST', path)).json, 'secret');
  const codeAt = (at: number) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
  const prove = async (at: Browser, code: string) => await at.send('POST', '/api/v1/session/second-factor', { code });
  return { ...gate, sites, root, ann, signIn, browser, codeAt, prove };
}

/** The same, confirmed with the code of now. */
async function openConfirmed(database: Database) {
  const gate = await openGate(database);
  const reply = await gate.browser.send('POST', `${path}/confirmation`, { code: gate.codeAt(Date.now()) });
  return { ...gate, codes: codesSchema.parse(reply.json).backupCodes };
}

const meOf = async (browser: Browser) => (await browser.send('GET', '/api/v1/session')).json;
const next = (): number => Date.now() + 30_000;

eachDatabase('a second factor', (open) => {
  test('is in force once confirmed; then a password opens nothing by itself', async () => {
    const gate = await openGate(await open());
    // Not yet in force: nobody is locked out by a half-done set-up.
    expect(outcomeOf(await gate.signIn(openBrowser(gate.call)))).toBe('201');
    expect(outcomeOf(await gate.browser.send('POST', `${path}/confirmation`, { code: '000000' }))).toBe(
      'invalid_credentials',
    );
    const other = openBrowser(gate.call);
    await gate.signIn(other);
    const confirmed = await gate.browser.send('POST', `${path}/confirmation`, { code: gate.codeAt(Date.now()) });
    expect(codesSchema.parse(confirmed.json).backupCodes).toHaveLength(10);
    // Sessions from before end, the one that did it goes on.
    expect(await meOf(other)).toEqual({ me: null });
    expect(await meOf(gate.browser)).toMatchObject({ me: { user: { email: 'ann@example.com' } } });
    const late = openBrowser(gate.call);
    expect(outcomeOf(await gate.signIn(late))).toBe('second_factor_required');
    expect(await meOf(late)).toEqual({ me: null });
    expect(late.jar.has('tollgate.session_token')).toBe(false);
    expect(outcomeOf(await gate.prove(late, gate.codeAt(next())))).toBe('201');
    expect(await meOf(late)).toMatchObject({ me: { user: { email: 'ann@example.com' } } });
    // A second secret does not slip in beside the first.
    expect(outcomeOf(await late.send('POST', path))).toBe('conflict');
  });

  test('a code works once, in whatever browser, and so does a challenge', async () => {
    const gate = await openConfirmed(await open());
    const [one, two] = [openBrowser(gate.call), openBrowser(gate.call)];
    await gate.signIn(one);
    await gate.signIn(two);
    // That of the confirmation was taken already.
    expect(outcomeOf(await gate.prove(one, gate.codeAt(Date.now())))).toBe('invalid_credentials');
    const code = gate.codeAt(next());
    const replies = await Promise.all([gate.prove(one, code), gate.prove(two, code)]);
    expect(replies.map(outcomeOf).sort()).toEqual(['201', 'invalid_credentials']);
    const [used = ''] = gate.codes;
    const last = openBrowser(gate.call);
    await gate.signIn(last);
    const challenge = last.jar.get('tollgate.challenge') ?? '';
    expect(outcomeOf(await gate.prove(last, used.toUpperCase()))).toBe('201');
    last.jar.set('tollgate.challenge', challenge);
    expect(outcomeOf(await gate.prove(last, gate.codes[1] ?? ''))).toBe('sign_in_failed');
    await gate.signIn(one);
    expect(outcomeOf(await gate.prove(one, used))).toBe('invalid_credentials');
  });
});

onSqlite('attacks on second factors', (open) => {
  test('without a challenge, or with a forged one, a code opens nothing', async () => {
    const gate = await openConfirmed(await open());
    const stranger = openBrowser(gate.call);
    expect(outcomeOf(await gate.prove(stranger, gate.codeAt(next())))).toBe('sign_in_failed');
    stranger.jar.set('tollgate.challenge', 'x'.repeat(43));
    expect(outcomeOf(await gate.prove(stranger, gate.codeAt(next())))).toBe('sign_in_failed');
    // A wrong password is told before anything of second factors is.
    expect(outcomeOf(await gate.signIn(stranger, 'ann@example.com', 'wrong password'))).toBe('invalid_credentials');
  });

  test('guessing ends after ten codes, from however many addresses', async () => {
    const gate = await openConfirmed(await open());
    for (let guess = 0; guess < 10; guess += 1) {
      const browser = openBrowser(gate.call, `198.51.100.${guess}`);
      await gate.signIn(browser);
      expect(outcomeOf(await gate.prove(browser, `00000${guess}`))).toBe('invalid_credentials');
    }
    const browser = openBrowser(gate.call, '198.51.100.99');
    await gate.signIn(browser);
    expect(outcomeOf(await gate.prove(browser, gate.codeAt(next())))).toBe('too_many_attempts');
  });

  test('a sign-in by somebody else is challenged like a password', async () => {
    const gate = await openConfirmed(await open());
    await gate.call('PUT', '/api/v1/settings/site.publicUrl', {
      token: gate.root.token,
      body: { value: 'http://gate.example' },
    });
    const made = await gate.call('POST', '/api/v1/sign-in-methods', {
      token: gate.root.token,
      body: {
        name: 'GitHub',
        provider: 'github',
        settings: { clientId: clientOf.id },
        secrets: { clientSecret: clientOf.secret },
      },
    });
    const methodId = field(made.json, 'id');
    const persona = { id: 7, login: 'ann', emails: [] };
    const finish = async (browser: Browser, begin: string) => {
      const url = field((await browser.send('POST', begin, { methodId })).json, 'url');
      const answer = Object.fromEntries(gate.sites.visit(url, persona).searchParams);
      return await browser.send('POST', '/api/v1/sign-in/finish', { methodId, answer });
    };
    expect((await finish(gate.browser, '/api/v1/me/identities')).json).toEqual({ me: null, linked: true });
    const browser = openBrowser(gate.call);
    expect(outcomeOf(await finish(browser, '/api/v1/sign-in/begin'))).toBe('second_factor_required');
    expect(await meOf(browser)).toEqual({ me: null });
    expect(outcomeOf(await gate.prove(browser, gate.codeAt(next())))).toBe('201');
  });

  test('a token neither makes nor removes one, and codes are asked for to renew and to remove', async () => {
    const gate = await openConfirmed(await open());
    for (const [where, body] of [
      ['', undefined],
      ['/confirmation', { code: '000000' }],
      ['/backup-codes', { code: gate.codes[0] }],
      ['/removal', { code: gate.codes[0] }],
    ] as const)
      expect(
        outcomeOf(await gate.call('POST', `${path}${where}`, { token: gate.ann.token, ...(body && { body }) })),
      ).toBe('forbidden');
    const renewed = await gate.browser.send('POST', `${path}/backup-codes`, { code: gate.codes[0] });
    const fresh = codesSchema.parse(renewed.json).backupCodes;
    expect(outcomeOf(await gate.browser.send('POST', `${path}/removal`, { code: gate.codes[1] }))).toBe(
      'invalid_credentials',
    );
    expect(outcomeOf(await gate.browser.send('POST', `${path}/removal`, { code: fresh[0] }))).toBe('204');
    expect(outcomeOf(await gate.signIn(openBrowser(gate.call)))).toBe('201');
  });

  test('who must have one does nothing else until they have; root resets a lost one', async () => {
    const gate = await openConfirmed(await open());
    await gate.call('PUT', '/api/v1/settings/accounts.secondFactor', {
      token: gate.root.token,
      body: { value: 'administrators' },
    });
    const browser = openBrowser(gate.call);
    await gate.signIn(browser, 'root@example.com');
    expect(outcomeOf(await browser.send('GET', '/api/v1/users'))).toBe('second_factor_missing');
    expect(outcomeOf(await gate.call('GET', '/api/v1/users', { token: gate.root.token }))).toBe(
      'second_factor_missing',
    );
    // People who need none go on, and everybody may see to their own account.
    expect(outcomeOf(await gate.call('GET', '/api/v1/keys', { token: gate.ann.token }))).toBe('200');
    expect((await browser.send('GET', path)).json).toMatchObject({ enabled: false, required: true });
    const secret = field((await browser.send('POST', path)).json, 'secret');
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    expect(outcomeOf(await browser.send('POST', `${path}/confirmation`, { code }))).toBe('200');
    expect(outcomeOf(await browser.send('GET', '/api/v1/users'))).toBe('200');
    expect(outcomeOf(await browser.send('POST', `${path}/removal`, { code }))).toBe('conflict');
    const reset = `/api/v1/users/${gate.ann.user.id}/second-factor`;
    expect(outcomeOf(await browser.send('DELETE', reset))).toBe('204');
    expect(await meOf(gate.browser)).toEqual({ me: null });
    expect(outcomeOf(await gate.signIn(openBrowser(gate.call)))).toBe('201');
  });
});
