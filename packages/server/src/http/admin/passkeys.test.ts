import { expect, test } from 'bun:test';
import { openAuthenticator } from '../../services/accounts/testing/authenticator.ts';
import type { Database } from '../../store/database.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { field, openTestApp, testPassword } from '../testing/admin-app.ts';
import { openBrowser, outcomeOf, type Browser } from '../testing/browser.ts';

const origin = 'http://gate.example';

async function openGate(database: Database) {
  const gate = await openTestApp(database);
  const root = await gate.enroll('root', 'root@example.com');
  const ann = await gate.enroll('user', 'ann@example.com');
  await gate.call('PUT', '/api/v1/settings/site.publicUrl', { token: root.token, body: { value: origin } });
  const browser = openBrowser(gate.call);
  const signIn = async (at: Browser) =>
    await at.send('POST', '/api/v1/session', { email: 'ann@example.com', password: testPassword });
  await signIn(browser);
  /** Makes a passkey in a browser that is signed in. */
  const add = async (
    key = openAuthenticator(origin),
    lie: Parameters<typeof key.make>[1] = {},
    { at = browser, end = at, name = 'Laptop' }: { at?: Browser; end?: Browser; name?: string } = {},
  ) => {
    const { json } = await at.send('POST', '/api/v1/me/passkeys/begin');
    const response = key.make(field(json, 'options.challenge'), lie);
    return { key, reply: await end.send('POST', '/api/v1/me/passkeys', { flow: field(json, 'flow'), name, response }) };
  };
  const enter = async (
    key: ReturnType<typeof openAuthenticator>,
    lie: Parameters<typeof key.sign>[1] = {},
    at = openBrowser(gate.call, '203.0.113.50'),
  ) => {
    const { json } = await at.send('POST', '/api/v1/session/passkey/begin');
    const body = { flow: field(json, 'flow'), response: key.sign(field(json, 'options.challenge'), lie) };
    return { at, body, reply: await at.send('POST', '/api/v1/session/passkey', body) };
  };
  return { ...gate, root, ann, browser, signIn, add, enter };
}

eachDatabase('passkeys', (open) => {
  test('several with names; each lets in without a name; one that is removed does not', async () => {
    const gate = await openGate(await open());
    const laptop = await gate.add();
    const phone = await gate.add(openAuthenticator(origin), {}, { name: 'Phone' });
    expect([outcomeOf(laptop.reply), outcomeOf(phone.reply)]).toEqual(['201', '201']);
    for (const key of [laptop.key, phone.key]) {
      const { reply } = await gate.enter(key);
      expect(reply.json).toMatchObject({ user: { email: 'ann@example.com' }, via: 'session' });
    }
    const list = await gate.browser.send('GET', '/api/v1/me/passkeys');
    expect(list.json).toMatchObject({ data: [{ name: 'Laptop' }, { name: 'Phone' }] });
    const id = field(list.json, 'data.0.id');
    expect(outcomeOf(await gate.browser.send('DELETE', `/api/v1/me/passkeys/${id}`))).toBe('204');
    expect(outcomeOf((await gate.enter(laptop.key)).reply)).toBe('sign_in_failed');
    expect(outcomeOf((await gate.enter(phone.key)).reply)).toBe('201');
    // A disabled account stays out.
    const { token } = gate.root;
    await gate.call('PATCH', `/api/v1/users/${gate.ann.user.id}`, { token, body: { enabled: false } });
    expect(outcomeOf((await gate.enter(phone.key)).reply)).toBe('user_disabled');
  });
});

onSqlite('attacks on passkeys', (open) => {
  test('of another site, another challenge, unverified, or of a copied authenticator', async () => {
    const gate = await openGate(await open());
    for (const lie of [
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { challenge: 'b3RoZXI' },
      { type: 'webauthn.get' },
      { unverified: true },
    ])
      expect(outcomeOf((await gate.add(openAuthenticator(origin), lie)).reply)).toBe('sign_in_failed');
    const { key } = await gate.add();
    expect(outcomeOf((await gate.enter(key, { counter: 5 })).reply)).toBe('201');
    for (const lie of [
      { origin: 'https://evil.example', counter: 6 },
      { rpId: 'evil.example', counter: 6 },
      { challenge: 'b3RoZXI', counter: 6 },
      { type: 'webauthn.create', counter: 6 },
      { unverified: true, counter: 6 },
      // The copy counts from where it was copied.
      { counter: 5 },
    ])
      expect(outcomeOf((await gate.enter(key, lie)).reply)).toBe('sign_in_failed');
    // A key that nobody has kept.
    expect(outcomeOf((await gate.enter(openAuthenticator(origin))).reply)).toBe('sign_in_failed');
    expect(outcomeOf((await gate.enter(key, { counter: 7 })).reply)).toBe('201');
  });

  test('what was signed works once, in the browser and the session in which it was begun', async () => {
    const gate = await openGate(await open());
    const { key } = await gate.add();
    const { at, body, reply } = await gate.enter(key);
    expect(outcomeOf(reply)).toBe('201');
    expect(outcomeOf(await at.send('POST', '/api/v1/session/passkey', body))).toBe('sign_in_failed');
    const begun = (await at.send('POST', '/api/v1/session/passkey/begin')).json;
    const response = key.sign(field(begun, 'options.challenge'));
    const victim = openBrowser(gate.call, '203.0.113.51');
    await victim.send('POST', '/api/v1/session/passkey/begin');
    const planted = { flow: field(begun, 'flow'), response };
    expect(outcomeOf(await victim.send('POST', '/api/v1/session/passkey', planted))).toBe('sign_in_failed');
    // A passkey begun in one session and ended in another of the same browser.
    const other = openAuthenticator(origin);
    const { json } = await gate.browser.send('POST', '/api/v1/me/passkeys/begin');
    await gate.signIn(gate.browser);
    const late = { flow: field(json, 'flow'), name: 'x', response: other.make(field(json, 'options.challenge')) };
    expect(outcomeOf(await gate.browser.send('POST', '/api/v1/me/passkeys', late))).toBe('sign_in_failed');
    // The same key twice, and by a token.
    expect(outcomeOf((await gate.add(key)).reply)).toBe('conflict');
    expect(outcomeOf(await gate.call('POST', '/api/v1/me/passkeys/begin', { token: gate.ann.token }))).toBe(
      'forbidden',
    );
  });
});
