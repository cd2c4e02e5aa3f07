import { describe, expect, test } from 'bun:test';
import { apiKeyRepository } from '../../store/api-keys.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { userRepository, type User } from '../../store/users.ts';
import { authenticateToken, createToken, listTokens, revokeToken, scopeOf } from './access-tokens.ts';
import { cliActor, personActor, type AccountDeps } from './account-deps.ts';
import { changeKey, createApiKey, createKey, findKey, listKeys, revokeKey, spendingOf } from './api-keys.ts';
import { attemptId, createAttemptLimits } from './attempt-limits.ts';
import { balancesOf, createPerson, findUser, listPeople, usdToNanos, userOfIdentity } from './people.ts';
import { changePerson } from './change-person.ts';
import { creditUser } from './credit-user.ts';
import { Refusal } from '../../domain/refusal.ts';
import { hashSecret } from './secret-text.ts';
import type { ClientInfo } from './client-info.ts';
import {
  changeOwnPassword,
  endSessionsOf,
  findSession,
  listSessions,
  pruneSessions,
  signIn as enterByPassword,
  signOut,
  signOutEverywhere,
} from './sessions.ts';
import { register } from './sign-up.ts';
import { needsSetup, setupLink, setUpWithToken, setupRoot } from './setup.ts';
import { testAccounts, testSignUp as signUp } from './testing/accounts.ts';

/** Signs in where nothing more is asked for. */
async function signIn(...ask: Parameters<typeof enterByPassword>) {
  const entered = await enterByPassword(...ask);
  if (!('signedIn' in entered)) throw new Error('a second factor was asked for');
  return entered.signedIn;
}

const password = 'correct horse battery';

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : `bug: ${String(error)}`),
  );

const client = (cookies: readonly string[] = [], address = '203.0.113.5'): ClientInfo => ({
  headers: new Headers({ cookie: cookies.map((line) => line.split(';', 1)[0]).join('; '), 'user-agent': 'test' }),
  address,
  secure: false,
});

const tokenOf = (link: string | undefined): string => new URL(link ?? '').hash.replace('#token=', '');

const person = async (deps: AccountDeps, email: string, role: User['role'] = 'user') =>
  await createPerson(deps, cliActor, { email, password, role }, { adopt: false });

eachDatabase('accounts', (open) => {
  test('the first root comes by the printed token, once', async () => {
    const deps = testAccounts(await open());
    const old = tokenOf(await setupLink(deps, 'http://localhost:3000/'));
    const link = await setupLink(deps, 'http://localhost:3000/');
    expect(link).toStartWith('http://localhost:3000/setup#token=');
    const root = { email: 'Root@Example.com', password };
    expect(await refusalOf(setUpWithToken(deps, 'wrong', root))).toBe('setup_token_invalid');
    expect(await refusalOf(setUpWithToken(deps, old, root))).toBe('setup_token_invalid');
    // What fails half-way gives the token back.
    expect(await refusalOf(setUpWithToken(deps, tokenOf(link), { ...root, password: 'short' }))).toBe(
      'invalid_request',
    );
    expect(await setUpWithToken(deps, tokenOf(link), root)).toMatchObject({ email: 'root@example.com', role: 'root' });
    expect(await needsSetup(deps)).toBe(false);
    expect(await setupLink(deps, 'http://localhost:3000')).toBeUndefined();
    expect(await refusalOf(setUpWithToken(deps, tokenOf(link), { ...root, email: 'b@example.com' }))).toBe(
      'setup_done',
    );
    expect(await refusalOf(setupRoot(deps, 'c@example.com', password))).toBe('setup_done');
  });

  test('of many setups at once one wins', async () => {
    const deps = testAccounts(await open());
    const token = tokenOf(await setupLink(deps, 'http://localhost:3000'));
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((n) => refusalOf(setUpWithToken(deps, token, { email: `r${n}@example.com`, password }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.startsWith('bug'))).toEqual([]);
    expect(await userRepository.countRoots(deps.database.db)).toBe(1);
  });

  test('of the last two roots one stays, though both are taken away at once', async () => {
    const deps = testAccounts(await open());
    const [one, other] = [await person(deps, 'a@example.com', 'root'), await person(deps, 'b@example.com', 'root')];
    const outcomes = await Promise.all([
      refusalOf(changePerson(deps, personActor(other), one.id, { role: 'admin' })),
      refusalOf(changePerson(deps, personActor(one), other.id, { enabled: false })),
    ]);
    expect(outcomes.toSorted()).toEqual(['conflict', 'done']);
    expect(await userRepository.countRoots(deps.database.db)).toBe(1);
  });

  test('setup from the command line, also after a creation that was cut in two', async () => {
    const deps = testAccounts(await open());
    const context = await (await deps.auth(false)).$context;
    await context.internalAdapter.createUser(
      { email: 'root@example.com', name: 'x', emailVerified: false },
      { method: 'admin' },
    );
    expect(await userRepository.hasRoot(deps.database.db)).toBe(false);
    expect(await setupRoot(deps, 'root@example.com', password)).toMatchObject({ role: 'root', group: 'default' });
    expect(
      await signIn(deps, createAttemptLimits(deps), client(), {
        email: 'root@example.com',
        password,
        remember: true,
      }),
    ).toMatchObject({ user: { role: 'root' } });
  });

  test('sessions: in, listed, out, out everywhere', async () => {
    const deps = testAccounts(await open());
    const limits = createAttemptLimits(deps);
    const user = await person(deps, 'ann@example.com');
    const ask = { email: 'ANN@example.com', password, remember: true };
    const first = await signIn(deps, limits, client(), ask);
    expect(first.cookies.join()).toContain('HttpOnly');
    expect(first.cookies.join()).not.toContain('Secure');
    const secure = await signIn(deps, limits, { ...client(), secure: true }, ask);
    expect(secure.cookies.join()).toMatch(/__Secure-tollgate\.session_token=[^,]*; Secure/);
    const second = await signIn(deps, limits, client(), ask);
    expect(await findSession(deps, client(first.cookies))).toMatchObject({
      user: { id: user.id },
      sessionId: first.sessionId,
    });
    const sessions = await listSessions(deps, client(first.cookies));
    expect(sessions).toHaveLength(3);
    expect(sessions[0]?.ipAddress).toBe('203.0.113.5');
    await signOut(deps, client(first.cookies));
    expect(await findSession(deps, client(first.cookies))).toBeUndefined();
    expect(await findSession(deps, client(second.cookies))).toBeDefined();
    await signOutEverywhere(deps, client(second.cookies), user, { keepTokens: true });
    expect(await findSession(deps, client(second.cookies))).toBeUndefined();
    expect(await findSession(deps, { ...client(secure.cookies), secure: true })).toBeUndefined();
    expect(await findSession(deps, client(['tollgate.session_token=forged.signature']))).toBeUndefined();
  });

  test('strangers who fail do not shut the owner out of a known device or address', async () => {
    const deps = testAccounts(await open());
    const limits = createAttemptLimits(deps);
    const ann = await person(deps, 'ann@example.com');
    const ask = { email: 'ann@example.com', password, remember: true };
    const known = await signIn(deps, limits, client(), ask);
    await deps.database.db
      .updateTable('attempt_counts')
      .set({ failures: 200, last_at: deps.now() })
      .where('id', '=', attemptId(`account ${ann.id}`))
      .execute();
    expect(await refusalOf(signIn(deps, limits, client([], '9.9.9.9'), ask))).toBe('too_many_attempts');
    const device = known.cookies.filter((line) => line.startsWith('tollgate.device='));
    expect(device.join()).toMatch(/; HttpOnly; SameSite=Lax; Max-Age=/);
    expect(await refusalOf(signIn(deps, limits, client(device, '9.9.9.9'), ask))).toBe('done');
    expect(await refusalOf(signIn(deps, limits, client(), ask))).toBe('done');
    expect(await refusalOf(signIn(deps, limits, client(), { ...ask, password: 'wrong' }))).toBe('invalid_credentials');
    // A device of another account's, or one that was made up, is a stranger.
    await person(deps, 'eve@example.com');
    const eve = await signIn(deps, limits, client([], '9.9.9.9'), { ...ask, email: 'eve@example.com' });
    const others = eve.cookies.filter((line) => line.startsWith('tollgate.device='));
    const madeUp = [`tollgate.device=${'A'.repeat(22)}.${'B'.repeat(43)}`];
    for (const cookies of [others, madeUp])
      expect(await refusalOf(signIn(deps, limits, client(cookies, '7.7.7.7'), ask))).toBe('too_many_attempts');
  });

  test('64 wrong passwords at once are ten attempts', async () => {
    const deps = testAccounts(await open());
    const limits = createAttemptLimits(deps);
    await person(deps, 'ann@example.com');
    const wrong = { email: 'ann@example.com', password: 'wrong', remember: true };
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, () => refusalOf(signIn(deps, limits, client(), wrong))),
    );
    expect(outcomes.filter((outcome) => outcome === 'invalid_credentials')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'too_many_attempts')).toHaveLength(54);
  });

  test('sessions that have run out are forgotten', async () => {
    const deps = testAccounts(await open());
    await person(deps, 'ann@example.com');
    const limits = createAttemptLimits(deps);
    const session = await signIn(deps, limits, client(), { email: 'ann@example.com', password, remember: true });
    expect(await pruneSessions(deps)).toBe(0);
    expect(await findSession(deps, client(session.cookies))).toBeDefined();
    deps.time = Date.now() + 15 * 86_400_000;
    expect(await pruneSessions(deps)).toBe(1);
    expect(await findSession(deps, client(session.cookies))).toBeUndefined();
  });

  test('sessions end when they are idle, and however they are used', async () => {
    const deps = testAccounts(await open());
    await person(deps, 'ann@example.com');
    const ask = { email: 'ann@example.com', password, remember: true };
    const enter = async () => await signIn(deps, createAttemptLimits(deps), client(), ask);
    const [hour, begun] = [3_600_000, Date.now()];
    deps.settings = {
      ...deps.settings,
      accounts: { ...deps.settings.accounts, sessionIdleMs: hour, sessionMaxMs: 3 * hour },
    };
    const idle = await enter();
    const used = await enter();
    for (const minutes of [50, 100, 150]) {
      deps.time = begun + minutes * 60_000;
      expect(await findSession(deps, client(used.cookies))).toBeDefined();
      if (minutes > 60) expect(await findSession(deps, client(idle.cookies))).toBeUndefined();
    }
    expect(await listSessions(deps, client(used.cookies))).toMatchObject([
      { id: used.sessionId, lastUsedAt: begun + 150 * 60_000 },
    ]);
    deps.time = begun + 3 * hour + 60_000;
    expect(await findSession(deps, client(used.cookies))).toBeUndefined();
    // Looking without using keeps nothing alive, and a shorter life ends what is open.
    deps.time = 0;
    const watched = await enter();
    deps.time = Date.now() + 50 * 60_000;
    expect(await findSession(deps, client(watched.cookies), { renew: false })).toBeDefined();
    deps.settings = { ...deps.settings, accounts: { ...deps.settings.accounts, sessionIdleMs: 10 * 60_000 } };
    expect(await findSession(deps, client(watched.cookies))).toBeUndefined();
  });

  test('another role, and an administrator, end the sessions of a person', async () => {
    const deps = testAccounts(await open());
    const ann = await person(deps, 'ann@example.com');
    const ask = { email: 'ann@example.com', password, remember: true };
    const enter = async () => (await signIn(deps, createAttemptLimits(deps), client(), ask)).cookies;
    const first = await enter();
    await changePerson(deps, cliActor, ann.id, { role: 'user', name: 'Ann' });
    expect(await findSession(deps, client(first))).toBeDefined();
    await changePerson(deps, cliActor, ann.id, { role: 'admin' });
    expect(await findSession(deps, client(first))).toBeUndefined();
    const second = await enter();
    const admin = { label: 'user:usr_1', userId: 'usr_1', role: 'admin' } as const;
    expect(await refusalOf(endSessionsOf(deps, admin, ann.id))).toBe('forbidden');
    expect(await findSession(deps, client(second))).toBeDefined();
    await endSessionsOf(deps, cliActor, ann.id);
    expect(await findSession(deps, client(second))).toBeUndefined();
  });

  test('a new password ends the other sessions', async () => {
    const deps = testAccounts(await open());
    const limits = createAttemptLimits(deps);
    const user = await person(deps, 'ann@example.com');
    const ask = { email: 'ann@example.com', password, remember: true };
    const other = await signIn(deps, limits, client(), ask);
    const mine = await signIn(deps, limits, client(), ask);
    const next = 'x'.repeat(256);
    expect(
      await refusalOf(
        changeOwnPassword(deps, limits, client(mine.cookies), user, { current: 'wrong', next, keepTokens: false }),
      ),
    ).toBe('invalid_credentials');
    const cookies = await changeOwnPassword(deps, limits, client(mine.cookies), user, {
      current: password,
      next,
      keepTokens: false,
    });
    expect(await findSession(deps, client(other.cookies))).toBeUndefined();
    expect(await findSession(deps, client(cookies))).toBeDefined();
    expect(await refusalOf(signIn(deps, limits, client(), ask))).toBe('invalid_credentials');
    expect(await signIn(deps, limits, client(), { ...ask, password: next })).toMatchObject({ user: { id: user.id } });
  });

  test('what is made by an access token outlives it in no way', async () => {
    const deps = testAccounts(await open());
    const user = await person(deps, 'ann@example.com');
    const actor = personActor(user);
    const end = Date.now() + 60_000;
    const input = { name: 'script', readOnly: false, scopes: null, expiresAt: end };
    const parent = await createToken(deps, actor, user, input);
    const make = (more: object) => createToken(deps, actor, user, { ...input, ...more }, parent.token);
    expect(await refusalOf(make({ expiresAt: null }))).toBe('invalid_request');
    expect(await refusalOf(make({ expiresAt: end + 1 }))).toBe('invalid_request');
    const child = await make({});
    expect(child.token.madeBy).toBe(parent.token.id);
    const grandchild = await createToken(deps, actor, user, { ...input, expiresAt: end - 1 }, child.token);
    const reader = await make({ readOnly: true });
    expect(await refusalOf(createToken(deps, actor, user, input, reader.token))).toBe('forbidden');
    const scoped = await make({ scopes: ['keys:read', 'keys:write'] });
    const from = (more: object) => createToken(deps, actor, user, { ...input, ...more }, scoped.token);
    expect(await refusalOf(from({}))).toBe('forbidden');
    expect(await refusalOf(from({ scopes: ['keys:read', 'tokens:read'] }))).toBe('forbidden');
    expect((await from({ readOnly: true, scopes: ['keys:read', 'keys:write'] })).token.madeBy).toBe(scoped.token.id);
    expect([...(scopeOf({ readOnly: true, scopes: ['keys:read', 'keys:write'] }) ?? [])]).toEqual(['keys:read']);
    const other = await createToken(deps, actor, user, input);

    await revokeToken(deps, actor, user, parent.token.id);
    for (const { text } of [parent, child, grandchild, reader])
      expect(await authenticateToken(deps, text)).toBeUndefined();
    expect(await authenticateToken(deps, other.text)).toBeDefined();
    expect(await refusalOf(make({}))).toBe('unauthenticated');
    expect((await listTokens(deps, user)).map(({ id }) => id)).toEqual([other.token.id]);
  });

  test('a token that is revoked while it makes another leaves none behind', async () => {
    const deps = testAccounts(await open());
    const user = await person(deps, 'ann@example.com');
    const actor = personActor(user);
    const input = { name: 'script', readOnly: false, scopes: null, expiresAt: null };
    const parent = await createToken(deps, actor, user, input);
    await Promise.allSettled([
      createToken(deps, actor, user, input, parent.token),
      revokeToken(deps, actor, user, parent.token.id),
      createToken(deps, actor, user, input, parent.token),
    ]);
    expect(await listTokens(deps, user)).toEqual([]);
  });

  test('access tokens end with what they were trusted by: a password, or every session', async () => {
    const deps = testAccounts(await open());
    const limits = createAttemptLimits(deps);
    const user = await person(deps, 'ann@example.com');
    const actor = personActor(user);
    const make = () =>
      createToken(deps, actor, user, { name: 'script', readOnly: false, scopes: null, expiresAt: null });
    const ask = { email: 'ann@example.com', password, remember: true };
    const works = async (text: string): Promise<boolean> => (await authenticateToken(deps, text)) !== undefined;
    const change = (cookies: readonly string[], keepTokens: boolean) =>
      changeOwnPassword(deps, limits, client(cookies), user, { current: password, next: password, keepTokens });

    const first = await make();
    const { cookies } = await signIn(deps, limits, client(), ask);
    const kept = await change(cookies, true);
    expect(await works(first.text)).toBe(true);
    const renewed = await change(kept, false);
    expect(await works(first.text)).toBe(false);

    const second = await make();
    await signOutEverywhere(deps, client(renewed), user, { keepTokens: false });
    expect(await works(second.text)).toBe(false);

    const third = await make();
    await changePerson(deps, cliActor, user.id, { password: 'another password' });
    expect(await works(third.text)).toBe(false);
    const audit = JSON.stringify(await auditRepository.page(deps.database.db, { limit: 100 }));
    expect(audit.match(/"token\.revoke"/g)).toHaveLength(3);
  });

  test('a disabled user loses sessions and tokens at once, and gets no new session', async () => {
    const deps = testAccounts(await open());
    const limits = createAttemptLimits(deps);
    const user = await person(deps, 'ann@example.com');
    const ask = { email: 'ann@example.com', password, remember: true };
    const session = await signIn(deps, limits, client(), ask);
    const { text } = await createToken(deps, personActor(user), user, {
      name: 'script',
      readOnly: false,
      scopes: null,
      expiresAt: null,
    });
    const { text: key } = await createApiKey(deps, personActor(user), user, { name: 'app' });
    expect((await apiKeyRepository.findRecord(deps.database.db, hashSecret(key)))?.user.enabled).toBe(true);
    const before = await changeRepository.latest(deps.database.db);
    await changePerson(deps, cliActor, user.id, { enabled: false });
    expect(await findSession(deps, client(session.cookies))).toBeUndefined();
    expect(await authenticateToken(deps, text)).toBeUndefined();
    expect((await apiKeyRepository.findRecord(deps.database.db, hashSecret(key)))?.user.enabled).toBe(false);
    expect(await refusalOf(signIn(deps, limits, client(), ask))).toBe('user_disabled');
    expect(await changeRepository.since(deps.database.db, before, 10)).toMatchObject([{ topic: 'user', ref: user.id }]);
    await changePerson(deps, cliActor, user.id, { enabled: true });
    expect(await findSession(deps, client(session.cookies))).toBeUndefined();
    expect(await signIn(deps, limits, client(), ask)).toMatchObject({ user: { enabled: true } });
  });

  test('who may change whom', async () => {
    const deps = testAccounts(await open());
    const root = await setupRoot(deps, 'root@example.com', password);
    const admin = await person(deps, 'admin@example.com', 'admin');
    const user = await person(deps, 'user@example.com');
    const asAdmin = personActor(admin);
    const asRoot = personActor(root);
    const change = (actor: typeof asAdmin, id: string, patch: Parameters<typeof changePerson>[3]) =>
      refusalOf(changePerson(deps, actor, id, patch));
    expect(await change(asAdmin, user.id, { name: 'Renamed', group: 'vip' })).toBe('done');
    expect(await findUser(deps, user.id)).toMatchObject({ name: 'Renamed', group: 'vip' });
    expect(await change(asAdmin, user.id, { group: 'nowhere' })).toBe('invalid_request');
    expect(await change(asAdmin, user.id, { role: 'admin' })).toBe('forbidden');
    expect(await change(asAdmin, admin.id, { enabled: false })).toBe('forbidden');
    expect(await change(asAdmin, root.id, { password: 'another password' })).toBe('forbidden');
    expect(await change(personActor(user), user.id, { group: 'default' })).toBe('forbidden');
    expect(await change(asRoot, root.id, { role: 'user' })).toBe('forbidden');
    expect(await change(asRoot, root.id, { enabled: false })).toBe('forbidden');
    expect(await change(cliActor, root.id, { enabled: false })).toBe('conflict');
    expect(await change(cliActor, root.id, { role: 'admin' })).toBe('conflict');
    expect(await change(asRoot, admin.id, { role: 'root' })).toBe('done');
    expect(await change(cliActor, root.id, { role: 'admin' })).toBe('done');
    expect(await change(asRoot, 'usr_nobody', { enabled: false })).toBe('not_found');
    const audit = JSON.stringify(await auditRepository.page(deps.database.db, { limit: 100 }));
    expect(audit).not.toContain(password);
    expect(audit).toContain('"group":"vip"');
  });

  test('registration only while it is open, once per address, with the credit of the settings', async () => {
    const deps = testAccounts(await open());
    const ask = { email: 'new@example.com', password };
    expect(await refusalOf(register(signUp(deps), client(), ask))).toBe('registration_closed');
    deps.settings = {
      ...deps.settings,
      accounts: { ...deps.settings.accounts, registrationOpen: true, defaultGroup: 'vip', signupCreditUsd: '0.5' },
    };
    const user = await register(signUp(deps), client(), ask);
    expect(user).toMatchObject({ role: 'user', group: 'vip' });
    expect((await balancesOf(deps, [user.id])).get(user.id)).toBe(usdToNanos('0.5'));
    expect(await refusalOf(register(signUp(deps), client(), ask))).toBe('conflict');
    const raced = await Promise.all(
      [1, 2, 3].map(() => refusalOf(register(signUp(deps), client(), { email: 'raced@example.com', password }))),
    );
    expect(raced.sort()).toEqual(['conflict', 'conflict', 'done']);
    expect(await refusalOf(register(signUp(deps), client(), { email: 'nonsense', password }))).toBe('invalid_request');
  });

  test('an identity without a place gets the least one, once', async () => {
    const deps = testAccounts(await open());
    const context = await (await deps.auth(false)).$context;
    const { id } = await context.internalAdapter.createUser(
      { email: 'o@example.com', name: 'O', emailVerified: false },
      { method: 'admin' },
    );
    const users = await Promise.all([userOfIdentity(deps, id), userOfIdentity(deps, id)]);
    expect(users.map((user) => user.role)).toEqual(['user', 'user']);
    // A stranger who registers the same address does not take it over.
    deps.settings = { ...deps.settings, accounts: { ...deps.settings.accounts, registrationOpen: true } };
    expect(await refusalOf(register(signUp(deps), client(), { email: 'o@example.com', password }))).toBe('conflict');
  });

  test('users by pages, and by the beginning of their address', async () => {
    const deps = testAccounts(await open());
    for (const name of ['a', 'ab', 'b', 'a_c', 'a%d']) {
      const { id } = await (
        await deps.auth(false)
      ).$context.then((context) =>
        context.internalAdapter.createUser(
          { email: `${name}@example.com`, name, emailVerified: false },
          { method: 'admin' },
        ),
      );
      await userOfIdentity(deps, id);
    }
    const emails: (string | null)[] = [];
    let after: Parameters<typeof listPeople>[1]['after'];
    do {
      const page = await listPeople(deps, { limit: 2, after, emailPrefix: undefined });
      emails.push(...page.rows.map((user) => user.email));
      after = page.next;
    } while (after !== undefined);
    expect(emails).toHaveLength(5);
    expect(new Set(emails).size).toBe(5);
    const found = async (emailPrefix: string) =>
      (await listPeople(deps, { limit: 10, after: undefined, emailPrefix })).rows.map((user) => user.name).sort();
    expect(await found('A')).toEqual(['a', 'a%d', 'a_c', 'ab']);
    expect(await found('a_')).toEqual(['a_c']);
    expect(await found('a%')).toEqual(['a%d']);
  });

  test('credits are posted once for a key of idempotency', async () => {
    const deps = testAccounts(await open());
    const user = await person(deps, 'ann@example.com');
    const balance = async () => (await balancesOf(deps, [user.id])).get(user.id);
    expect(await balance()).toBe(usdToNanos('0'));
    const credit = { userId: user.id, amount: usdToNanos('12.5'), note: 'paid', idempotencyKey: 'invoice-1' };
    await creditUser(deps, cliActor, credit);
    await creditUser(deps, cliActor, credit);
    await creditUser(deps, cliActor, { userId: user.id, amount: usdToNanos('-2'), note: 'back' });
    expect(await balance()).toBe(usdToNanos('10.5'));
    expect(await refusalOf(creditUser(deps, cliActor, { ...credit, userId: 'usr_nobody' }))).toBe('not_found');
    expect(await refusalOf(creditUser(deps, cliActor, { ...credit, amount: usdToNanos('0') }))).toBe('invalid_request');
    const stranger = await person(deps, 'admin@example.com', 'admin');
    expect(await refusalOf(creditUser(deps, personActor(user), { ...credit, userId: stranger.id }))).toBe('forbidden');
    const entries = await auditRepository.page(deps.database.db, { limit: 10, subject: `user:${user.id}` });
    expect(entries.filter((entry) => entry.action === 'user.credit')).toHaveLength(2);
  });

  describe('api keys', () => {
    test('are stored as a hash, and found as the relay needs them', async () => {
      const deps = testAccounts(await open());
      const user = await person(deps, 'ann@example.com');
      const { apiKey, text } = await createKey(deps, cliActor, {
        userEmailOrId: 'Ann@example.com',
        name: 'app',
        expiresAt: 2_000_000_000_000,
        models: ['gpt-4o-mini'],
        allowedIps: ['10.0.0.0/8', '2001:db8::/32'],
        group: 'vip',
        limitUsd: '5',
        strictConversion: true,
        passFields: ['models'],
        openEndpoints: ['skills'],
        requestsPerMinute: 60,
      });
      expect(apiKey).toMatchObject({ userId: user.id, prefix: text.slice(0, 7), lastFour: text.slice(-4) });
      expect(
        JSON.stringify(apiKey, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
      ).not.toContain(text);
      expect(await apiKeyRepository.findRecord(deps.database.db, hashSecret(text))).toEqual({
        id: apiKey.id,
        name: 'app',
        enabled: true,
        expiresAt: 2_000_000_000_000,
        models: new Set(['gpt-4o-mini']),
        allowedIps: ['10.0.0.0/8', '2001:db8::/32'],
        group: 'vip',
        groupGranted: true,
        limited: true,
        strictConversion: true,
        passFields: ['models'],
        openEndpoints: ['skills'],
        limits: { requestsPerMinute: 60, tokensPerMinute: undefined, concurrent: undefined },
        user: {
          id: user.id,
          role: 'user',
          enabled: true,
          group: 'default',
          limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
        },
      });
      expect((await meterStatus(deps.database, [`key:${apiKey.id}`])).get(`key:${apiKey.id}`)?.limit).toBe(
        usdToNanos('5'),
      );
      expect((await spendingOf(deps, [apiKey.id])).get(apiKey.id)).toBe(usdToNanos('0'));
      expect(await refusalOf(createKey(deps, cliActor, { userEmailOrId: 'x@example.com', name: 'a' }))).toBe(
        'not_found',
      );
    });

    test('change, and end', async () => {
      const deps = testAccounts(await open());
      const user = await person(deps, 'ann@example.com');
      const actor = personActor(user);
      const { apiKey, text } = await createApiKey(deps, actor, user, { name: 'app' });
      const changed = await changeKey(deps, actor, apiKey.id, { enabled: false, limitUsd: '1.5', allowedIps: ['::1'] });
      expect(changed).toMatchObject({ name: 'app', enabled: false, limitNanos: 1_500_000_000n, allowedIps: ['::1'] });
      expect(
        await changeKey(deps, actor, apiKey.id, { limitUsd: null, allowedIps: null, enabled: true }),
      ).toMatchObject({
        limitNanos: null,
        allowedIps: null,
        enabled: true,
      });
      expect(await apiKeyRepository.findRecord(deps.database.db, hashSecret(text))).toMatchObject({
        limited: false,
        strictConversion: false,
      });
      expect(await changeKey(deps, actor, apiKey.id, { strictConversion: true })).toMatchObject({
        strictConversion: true,
      });
      expect((await apiKeyRepository.findRecord(deps.database.db, hashSecret(text)))?.strictConversion).toBe(true);
      expect(await changeKey(deps, actor, apiKey.id, { name: 'other' })).toMatchObject({ strictConversion: true });
      await revokeKey(deps, actor, apiKey.id);
      expect(await apiKeyRepository.findRecord(deps.database.db, hashSecret(text))).toBeUndefined();
      expect(await refusalOf(findKey(deps, actor, apiKey.id))).toBe('not_found');
      expect(await refusalOf(revokeKey(deps, actor, apiKey.id))).toBe('not_found');
      const audit = JSON.stringify(await auditRepository.page(deps.database.db, { limit: 100 }));
      expect(audit).toContain('"limitNanos":"1500000000"');
      expect(audit).toContain('"strictConversion":true');
      expect(audit).not.toContain(text);
    });

    test('do not outlive the group of their owner, nor the rights of who gave them another', async () => {
      const deps = testAccounts(await open());
      const ann = await person(deps, 'ann@example.com');
      const admin = await person(deps, 'admin@example.com', 'admin');
      const asAdmin = personActor(admin);
      const vip = await changePerson(deps, asAdmin, ann.id, { group: 'vip' });
      const pinned = await createApiKey(deps, personActor(ann), vip, { name: 'pinned', group: 'vip' });
      const given = await createApiKey(deps, asAdmin, vip, { name: 'given', group: 'vip' });
      const kept = await createApiKey(deps, asAdmin, vip, { name: 'kept', group: 'default' });
      const granted = async (key: { readonly text: string }) =>
        (await apiKeyRepository.findRecord(deps.database.db, hashSecret(key.text)))?.groupGranted;
      expect(await Promise.all([pinned, given, kept].map(granted))).toEqual([false, false, true]);
      await changePerson(deps, asAdmin, ann.id, { group: 'default' });
      // Repeating the group that it has gives a key nothing, unless an administrator does it.
      await changeKey(deps, personActor(ann), pinned.apiKey.id, { group: 'vip', name: 'again' });
      expect(await granted(pinned)).toBe(false);
      const shown = await changeKey(deps, asAdmin, pinned.apiKey.id, { group: 'vip' });
      expect([shown.groupGranted, await granted(pinned)]).toEqual([true, true]);
      // What was given ends when the user is given that group and loses it again.
      await changePerson(deps, asAdmin, ann.id, { group: 'vip' });
      await changePerson(deps, asAdmin, ann.id, { group: 'default', name: 'Ann' });
      expect(await granted(pinned)).toBe(false);
      const audit = await auditRepository.page(deps.database.db, { limit: 1, subject: `key:${pinned.apiKey.id}` });
      expect(JSON.stringify(audit)).toContain('"groupGranted":false');
      // Who was an administrator keeps nothing that they gave themselves.
      const own = await createApiKey(deps, asAdmin, admin, { name: 'own', group: 'vip', fallbacks: ['vip'] });
      const chain = await createApiKey(deps, asAdmin, admin, { name: 'chain', fallbacks: ['vip'] });
      const passing = await createApiKey(deps, asAdmin, admin, { name: 'passing', passFields: ['models'] });
      expect(await granted(own)).toBe(true);
      await changePerson(deps, cliActor, admin.id, { role: 'user' });
      expect(await granted(own)).toBe(false);
      expect((await findKey(deps, cliActor, chain.apiKey.id)).fallbacks).toBeNull();
      expect((await findKey(deps, cliActor, passing.apiKey.id)).passFields).toBeNull();
    });

    test('let nothing pass that may cost more than is priced, unless an administrator says so', async () => {
      const deps = testAccounts(await open());
      const ann = await person(deps, 'ann@example.com');
      const asAnn = personActor(ann);
      const asAdmin = personActor(await person(deps, 'admin@example.com', 'admin'));
      const wanted = { name: 'app', passFields: ['models'] };
      expect(await refusalOf(createApiKey(deps, asAnn, ann, wanted))).toBe('forbidden');
      const { apiKey, text } = await createApiKey(deps, asAnn, ann, { name: 'app' });
      const passing = async () => (await apiKeyRepository.findRecord(deps.database.db, hashSecret(text)))?.passFields;
      expect(await refusalOf(changeKey(deps, asAnn, apiKey.id, { passFields: ['models'] }))).toBe('forbidden');
      expect(await passing()).toEqual([]);
      await changeKey(deps, asAdmin, apiKey.id, { passFields: ['models', 'provider'] });
      // Its owner may go on changing the rest of it, and give up what it was allowed.
      await changeKey(deps, asAnn, apiKey.id, { name: 'other' });
      expect(await passing()).toEqual(['models', 'provider']);
      await changeKey(deps, asAnn, apiKey.id, { passFields: null });
      expect(await passing()).toEqual([]);
    });

    test('belong to somebody, and run in a group that is theirs', async () => {
      const deps = testAccounts(await open());
      const ann = await person(deps, 'ann@example.com');
      const bob = await person(deps, 'bob@example.com');
      const admin = await person(deps, 'admin@example.com', 'admin');
      const { apiKey } = await createApiKey(deps, personActor(ann), ann, { name: 'app', group: 'default' });
      expect(await refusalOf(findKey(deps, personActor(bob), apiKey.id))).toBe('not_found');
      expect(await refusalOf(changeKey(deps, personActor(bob), apiKey.id, { enabled: false }))).toBe('not_found');
      expect(await refusalOf(revokeKey(deps, personActor(bob), apiKey.id))).toBe('not_found');
      expect(await refusalOf(createApiKey(deps, personActor(bob), ann, { name: 'x' }))).toBe('forbidden');
      expect(await refusalOf(createApiKey(deps, personActor(ann), ann, { name: 'x', group: 'vip' }))).toBe('forbidden');
      expect(await refusalOf(changeKey(deps, personActor(ann), apiKey.id, { group: 'vip' }))).toBe('forbidden');
      expect(await refusalOf(changeKey(deps, personActor(admin), apiKey.id, { group: 'nowhere' }))).toBe(
        'invalid_request',
      );
      expect(await changeKey(deps, personActor(admin), apiKey.id, { group: 'vip' })).toMatchObject({ group: 'vip' });
      // The owner may change the rest of a key whose group an administrator chose.
      expect(await changeKey(deps, personActor(ann), apiKey.id, { group: 'vip', name: 'new' })).toMatchObject({
        name: 'new',
      });
      expect(
        await refusalOf(createApiKey(deps, personActor(ann), ann, { name: 'x', allowedIps: ['10.0.0.0/8', 'home'] })),
      ).toBe('invalid_request');
      const { apiKey: ofAdmin } = await createApiKey(deps, personActor(admin), admin, { name: 'x' });
      const other = await person(deps, 'other@example.com', 'admin');
      expect(await refusalOf(revokeKey(deps, personActor(other), ofAdmin.id))).toBe('forbidden');
      expect((await listKeys(deps, { userId: ann.id, limit: 10, after: undefined })).rows.map((key) => key.id)).toEqual(
        [apiKey.id],
      );
      expect((await listKeys(deps, { userId: undefined, limit: 10, after: undefined })).rows).toHaveLength(2);
    });
  });

  test('access tokens: hashed, expiring, revocable, of their owner only', async () => {
    const deps = testAccounts(await open());
    const ann = await person(deps, 'ann@example.com');
    const bob = await person(deps, 'bob@example.com');
    deps.time = 1_900_000_000_000;
    const { token, text } = await createToken(deps, personActor(ann), ann, {
      name: 'ci',
      readOnly: true,
      scopes: null,
      expiresAt: 1_900_000_100_000,
    });
    expect(await authenticateToken(deps, text)).toMatchObject({ user: { id: ann.id }, token: { readOnly: true } });
    expect(await authenticateToken(deps, `${text.slice(0, -1)}!`)).toBeUndefined();
    expect((await listTokens(deps, ann))[0]).toMatchObject({ id: token.id, lastUsedAt: 1_900_000_000_000 });
    expect(await refusalOf(revokeToken(deps, personActor(bob), bob, token.id))).toBe('not_found');
    deps.time = 1_900_000_100_000;
    expect(await authenticateToken(deps, text)).toBeUndefined();
    deps.time = 1_900_000_050_000;
    expect(await authenticateToken(deps, text)).toBeDefined();
    await revokeToken(deps, personActor(ann), ann, token.id);
    expect(await authenticateToken(deps, text)).toBeUndefined();
  });
});
