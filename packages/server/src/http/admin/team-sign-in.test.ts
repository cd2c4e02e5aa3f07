import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Secret, TOTP } from 'otpauth';
import { putFlow, randomText } from '../../services/accounts/flows.ts';
import { openOidcServer } from '../../services/sign-in/testing/oidc-server.ts';
import { domainGraceMs } from '../../services/teams/domain-record.ts';
import { teamDomainJobs } from '../../services/teams/watch-domains.ts';
import { teamRepository } from '../../store/teams.ts';
import { userRepository } from '../../store/users.ts';
import { eachDatabase, onSqlite } from '../../store/testing/databases.ts';
import { field, testPassword } from '../testing/admin-app.ts';
import { outcomeOf, type Browser } from '../testing/browser.ts';
import { openOrganisation } from './testing/organisation.ts';

let oidc: Awaited<ReturnType<typeof openOidcServer>>;
beforeAll(async () => {
  oidc = await openOidcServer();
});
afterAll(async () => {
  await oidc.stop();
});

type Corp = Awaited<ReturnType<typeof openOrganisation>>;

const staff = (more: object = {}) => ({
  name: 'Staff',
  provider: 'oidc',
  settings: { issuer: oidc.issuer, clientId: 'gate' },
  secrets: { clientSecret: 'secret' },
  ...more,
});
const person = (email: string, more: object = {}) => ({ sub: `sub of ${email}`, email, email_verified: true, ...more });

async function walk(corp: Corp, methodId: string, who: Readonly<Record<string, unknown>>, browser = corp.browser()) {
  oidc.state.person = who;
  const back = await oidc.visit(field((await corp.begin(browser, methodId)).json, 'url'));
  return { browser, reply: await corp.finish(browser, methodId, back) };
}
const byPassword = async (browser: Browser, email: string) =>
  outcomeOf(await browser.send('POST', '/api/v1/session', { email, password: testPassword }));

eachDatabase('single sign-on of a team', (open) => {
  test('ends with the team, and its people keep their accounts', async () => {
    const corp = await openOrganisation(await open());
    const method = field((await corp.addMethod(staff())).json, 'id');
    const ann = field((await walk(corp, method, person('ann@corp.example'))).reply.json, 'me.user.id');
    expect((await corp.as(corp.olga.token, 'DELETE', `/teams/${corp.team}`)).status).toBe(204);
    const { db } = corp.deps.database;
    expect(await db.selectFrom('sign_in_methods').select('id').execute()).toEqual([]);
    expect(await db.selectFrom('identities').select('id').execute()).toEqual([]);
    expect(await userRepository.find(db, ann)).toMatchObject({ enabled: true });
    expect(outcomeOf(await corp.begin(corp.browser(), method))).toBe('not_found');
    await corp.close();
  });

  test('people of its domain come in by its provider, and where it is enforced by nothing else', async () => {
    const corp = await openOrganisation(await open());
    const method = field((await corp.addMethod(staff())).json, 'id');
    // No button for strangers; whoever names an address of the domain is led there, whether or not they have an account.
    expect((await corp.call('GET', '/api/v1/sign-in/options')).json).toMatchObject({ data: [] });
    const discover = async (email: string) =>
      (await corp.browser().send('POST', '/api/v1/sign-in/discovery', { email })).json;
    expect(await discover('anybody@CORP.example')).toMatchObject({ data: [{ id: method }], required: false });
    expect(await discover('anybody@elsewhere.example')).toEqual({ data: [], required: false });

    const first = await walk(corp, method, person('ann@corp.example', { name: 'Ann' }));
    expect(first.reply.json).toMatchObject({ me: { user: { email: 'ann@corp.example', role: 'user' } } });
    const ann = field(first.reply.json, 'me.user.id');
    const { db } = corp.deps.database;
    expect(await teamRepository.member(db, corp.team, ann)).toMatchObject({ role: 'member' });
    expect(field((await walk(corp, method, person('ann@corp.example'))).reply.json, 'me.user.id')).toBe(ann);

    // Bob has an account here; its address is known to be his.
    const bob = await corp.enroll('user', 'bob@corp.example');
    expect(outcomeOf((await walk(corp, method, person('bob@corp.example'))).reply)).toBe('conflict');
    await userRepository.setEmail(db, bob.user.id, { email: 'bob@corp.example', key: 'bob@corp.example', at: 1 });
    const bobs = await walk(corp, method, person('bob@corp.example'));
    expect(field(bobs.reply.json, 'me.user.id')).toBe(bob.user.id);

    // Enforced: passwords, registration and open sessions are over for them, and for nobody else.
    const session = corp.browser();
    expect(await byPassword(session, 'bob@corp.example')).toBe('201');
    const path = `/teams/${corp.team}/domains/${corp.domain}`;
    expect((await corp.as(corp.olga.token, 'PATCH', path, { enforced: true })).json).toMatchObject({ enforced: true });
    expect((await session.send('GET', '/api/v1/session')).json).toEqual({ me: null });
    expect(await byPassword(session, 'bob@corp.example')).toBe('sso_required');
    expect(await byPassword(corp.browser(), 'olga@example.com')).toBe('201');
    expect(await byPassword(corp.browser(), 'root@example.com')).toBe('201');
    await corp.as(corp.root.token, 'PUT', '/settings/accounts.registrationOpen', { value: true });
    const registered = await corp.browser().send('POST', '/api/v1/registrations', {
      email: 'new@corp.example',
      password: testPassword,
    });
    expect(outcomeOf(registered)).toBe('sso_required');
    expect(outcomeOf((await walk(corp, method, person('bob@corp.example'))).reply)).toBe('200');
    // The last way is not taken from them.
    const methodPath = `/teams/${corp.team}/sign-in-methods/${method}`;
    expect(outcomeOf(await corp.as(corp.olga.token, 'PATCH', methodPath, { enabled: false }))).toBe('conflict');
    expect((await corp.as(corp.olga.token, 'PATCH', path, { enforced: false })).status).toBe(200);
    expect(await byPassword(session, 'bob@corp.example')).toBe('201');
    await corp.close();
  });

  test('a domain is of one team, which is whoever its DNS names', async () => {
    const corp = await openOrganisation(await open());
    const eve = await corp.enroll('user', 'eve@example.com');
    const evil = await corp.newTeam(eve.token, 'Evil');
    const added = await corp.as(eve.token, 'POST', `/teams/${evil}/domains`, { domain: 'corp.example' });
    const id = field(added.json, 'id');
    const verification = `/teams/${evil}/domains/${id}/verification`;
    // Not hers to show; and where both records stand, the one who has it keeps it.
    expect(outcomeOf(await corp.as(eve.token, 'POST', verification))).toBe('conflict');
    const standing = corp.dns.get('_tollgate.corp.example');
    if (standing === undefined || standing instanceof Error) throw new Error('the DNS says nothing');
    corp.dns.set('_tollgate.corp.example', [...standing, field(added.json, 'record.value')]);
    expect(outcomeOf(await corp.as(eve.token, 'POST', verification))).toBe('conflict');
    expect(outcomeOf(await corp.as(eve.token, 'PATCH', `/teams/${evil}/domains/${id}`, { enforced: true }))).toBe(
      'conflict',
    );
    // The domain was sold: the record of the one before is gone.
    corp.dns.set('_tollgate.corp.example', [field(added.json, 'record.value')]);
    expect(outcomeOf(await corp.as(eve.token, 'POST', verification))).toBe('200');
    expect((await corp.as(corp.olga.token, 'GET', `/teams/${corp.team}/domains`)).json).toMatchObject({
      data: [{ domain: 'corp.example', verifiedAt: null, enforced: false }],
    });
    expect(outcomeOf(await corp.as(eve.token, 'POST', `/teams/${evil}/domains`, { domain: 'localhost' }))).toBe(
      'invalid_request',
    );
    await corp.close();
  });
});

onSqlite('a domain whose record is gone', (open) => {
  test('is missed, told of, and after a week its team’s no more; a DNS that is silent says nothing', async () => {
    const corp = await openOrganisation(await open());
    const { accounts } = corp.deps;
    let now = Date.now();
    const [handler] = teamDomainJobs({
      accounts: { ...accounts, now: () => now },
      jobs: corp.jobs,
      mayMail: () => true,
      resolveTxt: corp.deps.signIn.resolveTxt,
    });
    const work = handler?.open('{}');
    if (work === undefined || !('run' in work)) throw new Error('nobody looks');
    const { signal } = new AbortController();
    const look = async () => await work.run({ id: 'job', attempt: 1, dueAt: 0, signal, finish: async () => undefined });
    const state = async () => (await corp.as(corp.olga.token, 'GET', `/teams/${corp.team}/domains`)).json;
    const letters = async () =>
      (await corp.deps.database.db.selectFrom('jobs').select('payload').where('kind', '=', 'accounts.mail').execute())
        .length;
    const name = '_tollgate.corp.example';
    const standing = corp.dns.get(name) ?? [];
    await look();
    expect(await state()).toMatchObject({ data: [{ lostAt: null }] });
    corp.dns.set(name, new Error('SERVFAIL'));
    await look();
    expect(await state()).toMatchObject({ data: [{ lostAt: null }] });
    corp.dns.delete(name);
    await look();
    const since = now;
    expect(await state()).toMatchObject({ data: [{ lostAt: since + domainGraceMs }] });
    expect(await letters()).toBe(1);
    // Put back in time.
    corp.dns.set(name, standing);
    await look();
    expect(await state()).toMatchObject({ data: [{ lostAt: null }] });
    corp.dns.delete(name);
    await look();
    now += domainGraceMs - 1;
    await look();
    expect(await state()).toMatchObject({ data: [{ lostAt: since + domainGraceMs }] });
    now += 1;
    await look();
    expect(await state()).toMatchObject({ data: [{ verifiedAt: null, lostAt: null, enforced: false }] });
    await corp.close();
  });
});

onSqlite('what a team’s provider may not do', (open) => {
  test('name people of other domains, unverified addresses, administrators, or another team’s people', async () => {
    const corp = await openOrganisation(await open());
    const method = field((await corp.addMethod(staff())).json, 'id');
    const outcome = async (who: Readonly<Record<string, unknown>>, id = method) =>
      outcomeOf((await walk(corp, id, who)).reply);
    expect(await outcome(person('root@example.com'))).toBe('sign_in_closed');
    expect(await outcome(person('victim@elsewhere.example'))).toBe('sign_in_closed');
    expect(await outcome(person('victim@sub.corp.example'))).toBe('sign_in_closed');
    expect(await outcome(person('ann@corp.example', { email_verified: false }))).toBe('sign_in_closed');
    expect(await outcome({ sub: 'nobody' })).toBe('sign_in_closed');
    // Microsoft Entra says nothing of addresses, but by an optional claim; an owner may take them for verified.
    const entra = { sub: 'sub of eva', email: 'eva@corp.example' };
    expect(await outcome(entra)).toBe('sign_in_closed');
    expect(await outcome({ ...entra, xms_edov: false })).toBe('sign_in_closed');
    expect(await outcome({ ...entra, xms_edov: 1 })).toBe('200');
    const trusting = staff({ name: 'Entra', settings: { issuer: oidc.issuer, clientId: 'gate', trustEmail: true } });
    const trusted = field((await corp.addMethod(trusting)).json, 'id');
    const emil = { sub: 'sub of emil', email: 'emil@corp.example' };
    expect(await outcome({ ...emil, email_verified: false }, trusted)).toBe('sign_in_closed');
    expect(await outcome({ ...emil, email: 'emil@elsewhere.example' }, trusted)).toBe('sign_in_closed');
    expect(await outcome(emil, trusted)).toBe('200');

    // Administrators of the gateway are not a team's to enter, though their address is.
    const { db } = corp.deps.database;
    const boss = await corp.enroll('admin', 'boss@corp.example');
    await userRepository.setEmail(db, boss.user.id, { email: 'boss@corp.example', key: 'boss@corp.example', at: 1 });
    expect(await outcome(person('boss@corp.example'))).toBe('sign_in_closed');
    const patch = { administrators: true };
    const path = `/teams/${corp.team}/sign-in-methods/${method}`;
    expect(outcomeOf(await corp.as(corp.olga.token, 'PATCH', path, patch))).toBe('forbidden');
    expect(outcomeOf(await corp.as(boss.token, 'PATCH', path, patch))).toBe('forbidden');
    // Nor are they held to a way that is closed to them.
    await corp.as(corp.olga.token, 'PATCH', `/teams/${corp.team}/domains/${corp.domain}`, { enforced: true });
    expect(await byPassword(corp.browser(), 'boss@corp.example')).toBe('201');
    // Root lets them in by it; from then on its owner cannot change it.
    expect(outcomeOf(await corp.as(corp.root.token, 'PATCH', path, patch))).toBe('200');
    expect(await byPassword(corp.browser(), 'boss@corp.example')).toBe('sso_required');
    expect(await outcome(person('boss@corp.example'))).toBe('200');
    expect(outcomeOf(await corp.as(corp.olga.token, 'PATCH', path, { name: 'Mine' }))).toBe('forbidden');

    // Eve's team has the same provider and no domain; her method is not another team's to see, nor the gateway's.
    const eve = await corp.enroll('user', 'eve@example.com');
    const evil = await corp.newTeam(eve.token, 'Evil');
    const hers = field((await corp.addMethod(staff(), eve.token, evil)).json, 'id');
    expect(await outcome(person('ann@corp.example'), hers)).toBe('sign_in_closed');
    expect(outcomeOf(await corp.as(eve.token, 'PATCH', `/teams/${evil}/sign-in-methods/${method}`, {}))).toBe(
      'not_found',
    );
    expect(outcomeOf(await corp.as(corp.root.token, 'DELETE', `/sign-in-methods/${hers}`))).toBe('not_found');
    // A linked account is of its team only as long as its person is.
    const ann = await walk(corp, method, person('ann@corp.example'));
    const linked = await ann.browser.send('POST', '/api/v1/me/identities', { methodId: hers });
    const back = await oidc.visit(field(linked.json, 'url'));
    expect(outcomeOf(await corp.finish(ann.browser, hers, back))).toBe('sign_in_closed');
    await corp.close();
  });

  test('members without a role for it see nothing of it, and forged answers are worth nothing', async () => {
    const corp = await openOrganisation(await open());
    const method = field((await corp.addMethod(staff())).json, 'id');
    const { browser } = await walk(corp, method, person('ann@corp.example'));
    for (const [verb, path, body] of [
      ['GET', 'domains', undefined],
      ['GET', 'sign-in-methods', undefined],
      ['POST', 'domains', { domain: 'new.example' }],
      ['POST', 'sign-in-methods', staff({ name: 'Mine' })],
      ['PATCH', `sign-in-methods/${method}`, { enabled: false }],
      ['DELETE', `domains/${corp.domain}`, undefined],
    ] as const) {
      const reply = await browser.send(verb, `/api/v1/teams/${corp.team}/${path}`, body);
      expect(`${verb} ${path} ${outcomeOf(reply)}`).toBe(`${verb} ${path} forbidden`);
    }
    oidc.state.tamper = (claims) => void (claims['aud'] = 'another');
    expect(outcomeOf((await walk(corp, method, person('bob@corp.example'))).reply)).toBe('sign_in_failed');
    oidc.state.tamper = undefined;
    const late = corp.browser();
    oidc.state.person = person('carl@corp.example');
    const back = await oidc.visit(field((await corp.begin(late, method)).json, 'url'));
    expect(outcomeOf(await corp.finish(late, method, back))).toBe('200');
    expect(outcomeOf(await corp.finish(late, method, back))).toBe('sign_in_failed');
    await corp.close();
  });

  test('go on with people of a domain that is another team’s since', async () => {
    const corp = await openOrganisation(await open());
    const method = field((await corp.addMethod(staff())).json, 'id');
    expect(outcomeOf((await walk(corp, method, person('ann@corp.example'))).reply)).toBe('200');
    // The domain was sold. Ann is a member of the old team still, whose provider knows her identity.
    const buyer = await corp.enroll('user', 'buyer@example.com');
    corp.dns.clear();
    await corp.verify(buyer.token, await corp.newTeam(buyer.token, 'Buyer'), 'corp.example');
    expect(outcomeOf((await walk(corp, method, person('ann@corp.example'))).reply)).toBe('sign_in_closed');
    await corp.close();
  });

  test('send browsers to what is no page', async () => {
    const corp = await openOrganisation(await open());
    const evil = Bun.serve({
      port: 0,
      fetch: ({ url }) =>
        Response.json({
          issuer: new URL(url).origin,
          authorization_endpoint: 'javascript:alert(document.cookie)//',
          token_endpoint: `${new URL(url).origin}/token`,
        }),
    });
    const settings = { issuer: evil.url.origin, clientId: 'gate' };
    const method = field((await corp.addMethod(staff({ settings }))).json, 'id');
    expect(outcomeOf(await corp.begin(corp.browser(), method))).toBe('sign_in_failed');
    await evil.stop(true);
    await corp.close();
  });

  test('give out credit with accounts, or make any where the gateway has that closed', async () => {
    const corp = await openOrganisation(await open());
    const set = async (path: string, value: unknown) =>
      await corp.as(corp.root.token, 'PUT', `/settings/accounts.${path}`, { value });
    await set('signupCreditUsd', '5');
    const method = field((await corp.addMethod(staff())).json, 'id');
    const { browser, reply } = await walk(corp, method, person('ann@corp.example'));
    expect(reply.json).toMatchObject({ me: { user: { email: 'ann@corp.example' } } });
    expect((await browser.send('GET', '/api/v1/me')).json).toMatchObject({ user: { balanceNanos: '0' } });
    await set('teamsAdmitPeople', false);
    expect(outcomeOf((await walk(corp, method, person('bob@corp.example'))).reply)).toBe('sign_in_closed');
    expect(outcomeOf((await walk(corp, method, person('ann@corp.example'))).reply)).toBe('200');
    await corp.close();
  });
});

onSqlite('the way of one’s organisation', (open) => {
  /** A gateway with Bob, whose address is of the team's domain, in a browser of his; `enforce` closes all other ways to him. */
  async function openBob() {
    const corp = await openOrganisation(await open());
    await corp.addMethod(staff());
    const { db } = corp.deps.database;
    const email = 'bob@corp.example';
    const bob = await corp.enroll('user', email);
    await userRepository.setEmail(db, bob.user.id, { email, key: email, at: 1 });
    const browser = corp.browser();
    expect(await byPassword(browser, email)).toBe('201');
    const enforce = async () =>
      await corp.as(corp.olga.token, 'PATCH', `/teams/${corp.team}/domains/${corp.domain}`, { enforced: true });
    return { corp, db, bob, browser, enforce };
  }

  test('holds who was halfway in by another one', async () => {
    const { corp, browser, enforce } = await openBob();
    const path = '/api/v1/me/second-factor';
    const secret = Secret.fromBase32(field((await browser.send('POST', path)).json, 'secret'));
    const code = (timestamp: number) => new TOTP({ secret }).generate({ timestamp });
    await browser.send('POST', `${path}/confirmation`, { code: code(Date.now()) });
    const halfway = corp.browser();
    expect(await byPassword(halfway, 'bob@corp.example')).toBe('second_factor_required');
    await enforce();
    const ended = await halfway.send('POST', '/api/v1/session/second-factor', { code: code(Date.now() + 30_000) });
    expect(outcomeOf(ended)).toBe('sso_required');
    expect((await halfway.send('GET', '/api/v1/session')).json).toEqual({ me: null });
    await corp.close();
  });

  test('is not left by a link for another address that was asked for before', async () => {
    const { corp, db, bob, enforce } = await openBob();
    const token = randomText(corp.deps.accounts);
    const payload = { email: 'bob@elsewhere.example' };
    await putFlow(corp.deps.accounts, 'changeEmail', { text: token, userId: bob.user.id, payload });
    await enforce();
    const confirmed = await corp.browser().send('POST', '/api/v1/emails/confirmations', { token });
    expect(outcomeOf(confirmed)).toBe('forbidden');
    expect(await userRepository.find(db, bob.user.id)).toMatchObject({ email: 'bob@corp.example' });
    await corp.close();
  });
});
