import { proofHeader } from '@tollgate/contract/api/proof-header';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Secret, TOTP } from 'otpauth';
import type { Database } from '../../store/database.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { field, openTestApp, testPassword } from '../testing/admin-app.ts';
import { openBrowser, outcomeOf, type Browser } from '../testing/browser.ts';

let database: Database;
let app: Awaited<ReturnType<typeof openTestApp>>;
let ann: string;
let bob: string;
let rootToken: string;
let admin: Browser;

const credit = (id: string) => `/api/v1/users/${id}/credits`;
const amount = { amountUsd: '1' };
const byPassword = { way: 'password', password: testPassword };

const signedIn = async (): Promise<Browser> => {
  const browser = openBrowser(app.call);
  await browser.send('POST', '/api/v1/session', { email: 'admin@example.com', password: testPassword });
  return browser;
};
const ask = async (browser: Browser, operation: string, id: string, by: object = byPassword) =>
  await browser.send('POST', '/api/v1/proofs', { operation, params: { id }, by });
const proofOf = async (...of: Parameters<typeof ask>): Promise<string> => field((await ask(...of)).json, 'proof');
const pay = async (browser: Browser, id: string, proof?: string) =>
  outcomeOf(await browser.send('POST', credit(id), amount, proof === undefined ? {} : { [proofHeader]: proof }));

beforeAll(async () => {
  database = await openInMemory();
  app = await openTestApp(database);
  const root = await app.enroll('root', 'root@example.com');
  rootToken = root.token;
  await app.enroll('admin', 'admin@example.com');
  ann = (await app.enroll('user', 'ann@example.com')).user.id;
  bob = (await app.enroll('user', 'bob@example.com')).user.id;
  const set = await app.call('PUT', '/api/v1/settings/accounts.proofGraceMs', {
    token: root.token,
    body: { value: 0 },
  });
  expect(set.status).toBeLessThan(300);
  admin = await signedIn();
});

afterAll(async () => {
  app.snapshots.close();
  await database.close();
});

test('what concerns money wants a proof, which is worth one call', async () => {
  expect(await pay(admin, ann)).toBe('proof_required');
  expect((await admin.send('GET', '/api/v1/proofs/ways')).json).toEqual({
    passkey: false,
    code: false,
    password: true,
  });
  expect(outcomeOf(await ask(admin, 'users.credit', ann, { way: 'password', password: 'wrong' }))).toBe(
    'invalid_credentials',
  );
  const proof = await proofOf(admin, 'users.credit', ann);
  expect(await pay(admin, ann, proof)).toBe('200');
  expect(await pay(admin, ann, proof)).toBe('proof_required');
  const { json } = await admin.send('GET', `/api/v1/users/${ann}`);
  expect(field(json, 'balanceNanos')).toBe('1000000000');
});

test('a proof is for its session, its operation and its target', async () => {
  const other = await signedIn();
  for (const [browser, operation, id] of [
    [admin, 'users.credit', bob],
    [admin, 'users.resetPassword', ann],
    [other, 'users.credit', ann],
  ] as const)
    expect(await pay(admin, ann, await proofOf(browser, operation, id))).toBe('proof_required');
  expect(await pay(admin, ann, 'made up')).toBe('proof_required');
  const { json } = await admin.send('GET', `/api/v1/users/${ann}`);
  expect(field(json, 'balanceNanos')).toBe('1000000000');
});

test('fields that are harmless want none, and neither do tokens', async () => {
  const path = `/api/v1/users/${ann}`;
  expect(outcomeOf(await admin.send('PATCH', path, { name: 'Ann' }))).toBe('200');
  expect(outcomeOf(await admin.send('PATCH', path, { name: 'Ann', password: 'another password' }))).toBe(
    'proof_required',
  );
  expect(outcomeOf(await admin.send('POST', '/api/v1/tokens', { name: 'script' }))).toBe('proof_required');
  const made = await admin.send('POST', '/api/v1/proofs', { operation: 'tokens.create', by: byPassword });
  const headers = { [proofHeader]: field(made.json, 'proof') };
  const token = field((await admin.send('POST', '/api/v1/tokens', { name: 'script' }, headers)).json, 'token');
  expect(outcomeOf(await app.call('POST', credit(ann), { token, body: amount }))).toBe('200');
  expect(outcomeOf(await app.call('POST', '/api/v1/proofs', { token, body: { operation: 'x', by: byPassword } }))).toBe(
    'forbidden',
  );
});

test('with an authenticator the password proves nothing, and a code once', async () => {
  const secret = field((await admin.send('POST', '/api/v1/me/second-factor')).json, 'secret');
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  await admin.send('POST', '/api/v1/me/second-factor/confirmation', { code: totp.generate() });
  expect((await admin.send('GET', '/api/v1/proofs/ways')).json).toEqual({
    passkey: false,
    code: true,
    password: false,
  });
  expect(outcomeOf(await ask(admin, 'users.credit', ann))).toBe('conflict');
  const code = totp.generate({ timestamp: Date.now() + 30_000 });
  expect(await pay(admin, ann, await proofOf(admin, 'users.credit', ann, { way: 'code', code }))).toBe('200');
  expect(outcomeOf(await ask(admin, 'users.credit', ann, { way: 'code', code }))).toBe('invalid_credentials');
});

test('secrets and addresses of channels, and settings that are secrets, money or rights, want one; the rest does not', async () => {
  const browser = openBrowser(app.call);
  await browser.send('POST', '/api/v1/session', { email: 'root@example.com', password: testPassword });
  const set = async (name: string, value: unknown) =>
    outcomeOf(await browser.send('PUT', `/api/v1/settings/${name}`, { value }));
  for (const [name, value] of [
    ['accounts.secondFactor', 'everybody'],
    ['accounts.signupCreditUsd', '1'],
    ['mail.password', 'secret'],
  ] as const)
    expect(`${name} ${await set(name, value)}`).toBe(`${name} proof_required`);
  expect(await set('site.name', 'Northwind')).toBe('200');

  const channel = { name: 'main', provider: 'acme', credentials: [{ apiKey: 'sk-upstream-0123456789' }] };
  expect(outcomeOf(await browser.send('POST', '/api/v1/channels', channel))).toBe('proof_required');
  const id = field((await app.call('POST', '/api/v1/channels', { token: rootToken, body: channel })).json, 'id');
  const change = async (body: object) => outcomeOf(await browser.send('PATCH', `/api/v1/channels/${id}`, body));
  expect(await change({ priority: 3 })).toBe('200');
  expect(await change({ priority: 4, proxy: 'http://proxy.example:8080' })).toBe('proof_required');
  expect(await change({ baseUrl: 'https://elsewhere.example' })).toBe('proof_required');
  const append = { credentials: [{ apiKey: 'sk-2' }] };
  expect(outcomeOf(await browser.send('POST', `/api/v1/channels/${id}/credentials`, append))).toBe('proof_required');
});
