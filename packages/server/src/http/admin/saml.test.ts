import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openSamlIdp, type Assertion } from '../../services/sign-in/testing/saml-idp.mjs';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { field } from '../testing/admin-app.ts';
import { outcomeOf } from '../testing/browser.ts';
import { openOrganisation } from './testing/organisation.ts';

const openssl = Bun.which('openssl');
const needed = openssl ?? '';

describe.skipIf(openssl === null)('SAML, against samlify', () => {
  let corp: Awaited<ReturnType<typeof openOrganisation>>;
  let idp: ReturnType<typeof openSamlIdp>;
  let other: ReturnType<typeof openSamlIdp>;
  let method: string;
  let door: string;
  let metadata: string;

  beforeAll(async () => {
    corp = await openOrganisation(await openInMemory());
    idp = openSamlIdp(needed);
    other = openSamlIdp(needed);
    const made = await corp.addMethod({ name: 'Staff', provider: 'saml', settings: settingsOf(idp) });
    method = field(made.json, 'id');
    door = `/api/callbacks/saml/${method}`;
    expect(field(made.json, 'redirectUri')).toBe(`http://gate.example${door}`);
    metadata = (await corp.call('GET', door)).text;
  });
  afterAll(async () => await corp.close());

  const settingsOf = ({ certificate, entityID }: typeof idp) => ({
    entryPoint: 'https://idp.example/sso',
    issuer: entityID,
    certificate,
  });

  let visitors = 0;
  const begin = async () => {
    // Each from an address of its own: many failures from one are slowed down.
    const browser = corp.browser(`198.51.100.${(visitors += 1)}`);
    return { browser, address: field((await corp.begin(browser, method)).json, 'url') };
  };
  /** Posts an answer as the provider has the browser do it: from another site, without a cookie. */
  const post = async (form: URLSearchParams, path = door) =>
    await corp.call('POST', path, {
      text: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    });
  const backOf = async (form: URLSearchParams, path = door) =>
    new URL((await post(form, path)).headers.get('location') ?? '');
  /** A whole sign-in; `change` is what an attacker does to the XML on its way. */
  const walk = async (who: Assertion, change: (xml: string) => string = (xml) => xml, by = idp) => {
    const { browser, address } = await begin();
    const form = await by.visit(address, metadata, who);
    const xml = Buffer.from(form.get('SAMLResponse') ?? '', 'base64').toString('utf8');
    form.set('SAMLResponse', Buffer.from(change(xml)).toString('base64'));
    const reply = await corp.finish(browser, method, await backOf(form));
    return { browser, reply, outcome: outcomeOf(reply) };
  };
  const ann = { nameId: 'ann-1', email: 'ann@corp.example' };

  test('signs people of the team’s domain in, and knows them by their NameID', async () => {
    const first = await walk(ann);
    expect(first.reply.json).toMatchObject({ me: { user: { email: 'ann@corp.example', role: 'user' } } });
    const again = await walk({ ...ann, email: 'renamed@corp.example' });
    expect(field(again.reply.json, 'me.user.id')).toBe(field(first.reply.json, 'me.user.id'));
    expect((await walk({ nameId: 'eve-1', email: 'eve@elsewhere.example' })).outcome).toBe('sign_in_closed');
    const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
    expect((await walk({ ...ann, nameIdFormat: transient })).outcome).toBe('sign_in_failed');
  });

  test('what was made for another place, request or time, and what another signed, is nothing', async () => {
    const bob = { nameId: 'bob-1', email: 'bob@corp.example' };
    for (const wrong of [
      { audience: 'https://other.example/metadata' },
      { recipient: 'https://other.example/acs' },
      { inResponseTo: '_another' },
      { endsIn: -120_000 },
    ])
      expect(`${JSON.stringify(wrong)} ${(await walk({ ...bob, ...wrong })).outcome}`).toBe(
        `${JSON.stringify(wrong)} sign_in_failed`,
      );
    expect((await walk(bob, (xml) => xml, other)).outcome).toBe('sign_in_failed');
  });

  test('unsigned, changed and wrapped assertions are nothing', async () => {
    const bob = { nameId: 'bob-1', email: 'bob@corp.example' };
    const signature = /<ds:Signature[\s\S]*?<\/ds:Signature>/;
    const assertionOf = (xml: string): string => /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? '';
    const forgedOf = (xml: string): string =>
      assertionOf(xml)
        .replace(signature, '')
        .replaceAll('bob', 'root')
        .replace(/ID="_assertion/, 'ID="_forged');
    const attacks: Readonly<Record<string, (xml: string) => string>> = {
      unsigned: (xml) => xml.replace(signature, ''),
      changed: (xml) => xml.replaceAll('bob@corp', 'root@corp'),
      'forged first': (xml) => xml.replace('<saml:Assertion', `${forgedOf(xml)}<saml:Assertion`),
      'forged around': (xml) =>
        xml.replace(
          assertionOf(xml),
          forgedOf(xml).replace('</saml:Assertion>', `${assertionOf(xml)}</saml:Assertion>`),
        ),
      'signed one hidden': (xml) =>
        xml.replace(assertionOf(xml), `<samlp:Extensions>${assertionOf(xml)}</samlp:Extensions>${forgedOf(xml)}`),
      'a comment in the name': (xml) => xml.replaceAll('bob@corp.example', 'bob@corp.example<!-- -->.evil'),
      'entities declared': (xml) => `<!DOCTYPE x [<!ENTITY e "root">]>${xml}`,
    };
    for (const [name, attack] of Object.entries(attacks)) {
      let changed = false;
      const { outcome, browser } = await walk(bob, (xml) => {
        const done = attack(xml);
        changed = done !== xml;
        return done;
      });
      expect(`${name} ${changed} ${outcome}`).toBe(`${name} true sign_in_failed`);
      expect((await browser.send('GET', '/api/v1/session')).json).toEqual({ me: null });
    }
    expect((await walk(bob)).outcome).toBe('200');
  });

  test('an answer works once, in the browser that asked, at its own method', async () => {
    const { browser, address } = await begin();
    const form = await idp.visit(address, metadata, ann);
    const back = await backOf(form);
    // Another's browser is made to end it: that spends it.
    const victim = await begin();
    expect(outcomeOf(await corp.finish(victim.browser, method, back))).toBe('sign_in_failed');
    expect(outcomeOf(await corp.finish(browser, method, back))).toBe('sign_in_failed');
    // A stolen assertion in a sign-in of the thief's own.
    form.set('RelayState', new URL(victim.address).searchParams.get('RelayState') ?? '');
    expect(outcomeOf(await corp.finish(victim.browser, method, await backOf(form)))).toBe('sign_in_failed');
    // Posted to another method, whose provider would sign anything.
    const second = field(
      (await corp.addMethod({ name: 'Second', provider: 'saml', settings: settingsOf(other) })).json,
      'id',
    );
    const mixed = await begin();
    const answer = await other.visit(mixed.address, metadata, ann);
    const elsewhere = await backOf(answer, `/api/callbacks/saml/${second}`);
    expect(outcomeOf(await corp.finish(mixed.browser, method, elsewhere))).toBe('sign_in_failed');
    // However often something is posted for what was begun, one answer is kept.
    const kept = async () =>
      (
        await corp.deps.database.db
          .selectFrom('auth_flows')
          .select('id')
          .where('purpose', '=', 'posted-answer')
          .execute()
      ).length;
    const flood = await begin();
    const once = await idp.visit(flood.address, metadata, ann);
    const before = await kept();
    for (let i = 0; i < 3; i += 1) await backOf(once);
    expect((await kept()) - before).toBe(1);
    expect(outcomeOf(await corp.finish(flood.browser, method, await backOf(once)))).toBe('200');
    // Nobody asked: nothing is kept.
    form.set('RelayState', 'nothing-of-ours');
    expect((await backOf(form)).searchParams.has('posted')).toBe(false);
  });

  test('is set up by the metadata of its provider, as a text or by its address', async () => {
    const read = async (source: string, team = corp.team, token = corp.olga.token) =>
      await corp.as(token, 'POST', `/teams/${team}/sign-in-providers/metadata`, { provider: 'saml', source });
    const { settings } = (await read(idp.metadata)).json as { settings: Record<string, string> };
    expect(settings).toMatchObject({ entryPoint: 'https://idp.example/sso', issuer: idp.entityID });
    const pem = (text = '') => new X509Certificate(text).fingerprint256;
    expect(pem(settings['certificate'])).toBe(pem(idp.certificate));
    expect(outcomeOf(await corp.addMethod({ name: 'By metadata', provider: 'saml', settings }))).toBe('201');
    using server = Bun.serve({
      port: 0,
      fetch: ({ url }) =>
        url.endsWith('/idp') ? new Response(idp.metadata) : new Response('not found', { status: 404 }),
    });
    expect((await read(`${server.url.href}idp`)).json).toEqual({ settings });
    const entities = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">`;
    for (const wrong of [
      `${server.url.href}nothing`,
      'not a document',
      '<html><body>Sign in</body></html>',
      metadata,
      '<a>'.repeat(20_000) + '</a>'.repeat(20_000),
      `<!DOCTYPE x [<!ENTITY e "e">]>${idp.metadata}`,
      `${entities}${idp.metadata}${other.metadata}</md:EntitiesDescriptor>`,
      idp.metadata.replace(/<KeyDescriptor[\s\S]*<\/KeyDescriptor>/, ''),
      idp.metadata.replaceAll('HTTP-Redirect', 'HTTP-POST'),
      idp.metadata.replace('https://idp.example/sso', 'javascript:alert(1)'),
    ])
      expect(`${wrong} ${outcomeOf(await read(wrong))}`).toBe(`${wrong} invalid_request`);
    const eve = await corp.enroll('user', 'eve@example.com');
    expect(outcomeOf(await read(idp.metadata, corp.team, eve.token))).toBe('not_found');
    const oidc = { provider: 'oidc', source: idp.metadata };
    expect(outcomeOf(await corp.as(corp.root.token, 'POST', '/sign-in-providers/metadata', oidc))).toBe(
      'invalid_request',
    );
  });

  test('what is no certificate is refused, and a method that is off has no door', async () => {
    const wrong = { ...settingsOf(idp), certificate: 'no certificate' };
    expect(outcomeOf(await corp.addMethod({ name: 'Third', provider: 'saml', settings: wrong }))).toBe(
      'invalid_request',
    );
    await corp.as(corp.olga.token, 'PATCH', `/teams/${corp.team}/sign-in-methods/${method}`, { enabled: false });
    expect((await corp.call('GET', door)).status).toBe(404);
  });
});
