import { expect, test } from 'bun:test';
import { onSqlite, eachDatabase } from '../../store/testing/databases.ts';
import type { Database } from '../../store/database.ts';
import { bodyOf, openSmtp } from '../../services/mail/testing/smtp.ts';
import { cookiesOf, field, openTestApp, testPassword, type Reply } from '../testing/admin-app.ts';

const sameOrigin = { 'sec-fetch-site': 'same-origin' };

/** A gateway that mails, with a root. */
async function openGate(database: Database, settings: Readonly<Record<string, unknown>> = {}) {
  const smtp = await openSmtp();
  const captchaAsked: string[] = [];
  const app = await openTestApp(database, {
    askOutside: async (url, init) => {
      const body = new URLSearchParams(await new Response(init?.body).text());
      captchaAsked.push(`${url} ${body.get('secret')} ${body.get('response')}`);
      return Response.json({ success: body.get('response') === 'a person', hostname: 'gate.example' });
    },
  });
  const root = await app.enroll('root', 'root@example.com');
  const set = async (name: string, value: unknown) => {
    const reply = await app.call('PUT', `/api/v1/settings/${name}`, { token: root.token, body: { value } });
    if (reply.status !== 200) throw new Error(`${name}: ${reply.text}`);
  };
  const all = {
    'site.publicUrl': 'https://gate.example',
    'mail.host': '127.0.0.1',
    'mail.port': smtp.port,
    'mail.security': 'none',
    'mail.from': 'gate@example.com',
    'accounts.registrationOpen': true,
    ...settings,
  };
  for (const [name, value] of Object.entries(all)) await set(name, value);
  app.startJobs();
  const post = async (path: string, body: unknown, more: Parameters<typeof app.call>[2] = {}) =>
    await app.call('POST', `/api/v1${path}`, { body, headers: sameOrigin, ...more });
  /** The next mail that arrives. */
  let read = 0;
  const mail = async () => {
    for (let tries = 0; tries < 400 && smtp.received.length <= read; tries += 1) await Bun.sleep(20);
    const next = smtp.received[(read += 1) - 1];
    if (next === undefined) throw new Error('no mail came');
    const text = bodyOf(next);
    return { to: next.to.join(), text, token: /#(?:token|invite)=([\w-]+)/.exec(text)?.[1] ?? '' };
  };
  const stop = async () => {
    await app.jobs.stop();
    await smtp.stop();
  };
  const signIn = async (email: string, password: string) => outcome(await post('/session', { email, password }));
  return { ...app, smtp, root, set, post, mail, stop, signIn, captchaAsked };
}

const outcome = (reply: Reply): string =>
  reply.status < 400 ? `${reply.status}` : `${reply.status} ${field(reply.json, 'error.code')}`;

eachDatabase('an account by a mailed link', (open) => {
  test('is made by whoever opens it, with the password that they choose, once', async () => {
    const gate = await openGate(await open(), { 'accounts.verifyEmail': true });
    const ann = { email: 'Ann@example.com' };
    expect(outcome(await gate.post('/registrations', { ...ann, password: testPassword }))).toBe('403 email_unverified');
    expect(outcome(await gate.post('/registrations/requests', ann))).toBe('204');
    const link = await gate.mail();
    expect(link.to).toBe('ann@example.com');
    expect(link.text).toContain(`https://gate.example/confirm#token=${link.token}`);
    expect(await gate.signIn('ann@example.com', testPassword)).toBe('401 invalid_credentials');

    const confirm = { token: link.token, password: testPassword, username: 'ann' };
    expect(outcome(await gate.post('/registrations/confirmations', { ...confirm, token: 'made-up' }))).toBe(
      '403 link_invalid',
    );
    const outcomes = await Promise.all([1, 2, 3].map(() => gate.post('/registrations/confirmations', confirm)));
    const [made] = outcomes.filter(({ status }) => status === 201);
    expect(outcomes.map(outcome).toSorted()).toEqual(['201', '403 link_invalid', '403 link_invalid']);
    expect(made?.json).toMatchObject({ user: { email: 'ann@example.com', emailVerified: true, username: 'ann' } });
    expect(await gate.signIn('ANN', testPassword)).toBe('201');
    expect(await gate.signIn('ann@example.com', testPassword)).toBe('201');
    await gate.stop();
  });

  test('for a new password works once, and ends what was signed in', async () => {
    const gate = await openGate(await open());
    const made = await gate.post('/registrations', { email: 'ann@example.com', password: testPassword });
    expect(made.status).toBe(201);
    const cookie = cookiesOf(made);
    expect(outcome(await gate.post('/password-resets/requests', { login: 'ANN@example.com', language: 'zh-CN' }))).toBe(
      '204',
    );
    const { token, text } = await gate.mail();
    expect(text).toContain('设置新密码');
    const next = 'another horse battery';
    expect(outcome(await gate.post('/password-resets', { token, password: next }))).toBe('204');
    expect(outcome(await gate.post('/password-resets', { token, password: next }))).toBe('403 reset_token_invalid');
    expect(outcome(await gate.call('GET', '/api/v1/me', { cookie }))).toBe('401 unauthenticated');
    expect(await gate.signIn('ann@example.com', next)).toBe('201');
    await gate.stop();
  });
});

onSqlite('who exists', (open) => {
  test('is told to nobody but the mailbox', async () => {
    const gate = await openGate(await open(), { 'accounts.verifyEmail': true });
    const answers = [];
    for (const email of ['root@example.com', 'nobody@example.com'])
      for (const [path, body] of [
        ['/registrations/requests', { email }],
        ['/password-resets/requests', { login: email }],
      ] as const) {
        const { status, text } = await gate.post(path, body);
        answers.push(`${status} ${text}`);
      }
    expect(new Set(answers)).toEqual(new Set(['204 ']));
    const mails = [await gate.mail(), await gate.mail(), await gate.mail()];
    expect(mails.map(({ to }) => to).toSorted()).toEqual([
      'nobody@example.com',
      'root@example.com',
      'root@example.com',
    ]);
    expect(mails.filter(({ text }) => text.includes('account already')).map(({ to }) => to)).toEqual([
      'root@example.com',
    ]);
    await gate.stop();
  });

  test('is flooded by nobody: one address gets so many mails an hour, and the answer does not tell', async () => {
    const gate = await openGate(await open(), { 'mail.perHour': 2 });
    for (let i = 0; i < 4; i += 1)
      expect(outcome(await gate.post('/password-resets/requests', { login: 'root@example.com' }))).toBe('204');
    const waiting = await gate.deps.database.db
      .selectFrom('jobs')
      .select('id')
      .where('kind', '=', 'accounts.mail')
      .execute();
    expect(waiting.length).toBeLessThanOrEqual(2);
    await gate.stop();
  });
});

onSqlite('who may register', (open) => {
  test('by the domain and the spelling of their address', async () => {
    const gate = await openGate(await open(), { 'accounts.emailDomains': ['corp.example', 'gmail.com'] });
    const register = async (email: string) =>
      outcome(await gate.post('/registrations', { email, password: testPassword }));
    expect(await register('ann@example.com')).toBe('400 invalid_request');
    expect(await register('ann@corp.example')).toBe('201');
    expect(await register('ann+shop@corp.example')).toBe('201');
    await gate.set('accounts.emailAliases', 'distinct');
    expect(await register('ANN+again@corp.example')).toBe('409 conflict');
    expect(await register('b.o.b@gmail.com')).toBe('201');
    expect(await register('bob+x@gmail.com')).toBe('409 conflict');
    await gate.set('accounts.emailAliases', 'refuse');
    expect(await register('eve+x@corp.example')).toBe('400 invalid_request');
    await gate.stop();
  });

  test('by an invitation, which works once and for whom it was mailed to', async () => {
    const gate = await openGate(await open(), { 'accounts.registrationOpen': false, 'accounts.inviteOnly': true });
    const invite = async (body: unknown) =>
      await gate.call('POST', '/api/v1/invites', { token: gate.root.token, body });
    const register = async (email: string, text?: string) =>
      outcome(await gate.post('/registrations', { email, password: testPassword, invite: text }));
    expect(await register('ann@example.com')).toBe('403 invite_invalid');
    const { json } = await invite({ note: 'Ann' });
    const text = field(json, 'token');
    const outcomes = await Promise.all(['a', 'b'].map((name) => register(`${name}@example.com`, text)));
    expect(outcomes.toSorted()).toEqual(['201', '403 invite_invalid']);
    expect(await register('c@example.com', text)).toBe('403 invite_invalid');

    const mailed = await invite({ email: 'bob@example.com', days: 1 });
    expect(mailed.json).toMatchObject({ token: null });
    const { to, token } = await gate.mail();
    expect(to).toBe('bob@example.com');
    expect(await register('eve@example.com', token)).toBe('403 invite_invalid');
    expect(await register('bob@example.com', token)).toBe('201');

    const third = field((await invite({})).json, 'invite.id');
    expect(outcome(await gate.call('DELETE', `/api/v1/invites/${third}`, { token: gate.root.token }))).toBe('204');
    expect(outcome(await gate.call('DELETE', `/api/v1/invites/${third}`, { token: gate.root.token }))).toBe(
      '404 not_found',
    );
    await gate.stop();
  });

  test('once they have agreed to the terms as they are written now', async () => {
    const gate = await openGate(await open(), { 'site.terms': 'Be kind.' });
    const version = field((await gate.call('GET', '/api/v1/site')).json, 'signUp.termsVersion');
    const register = async (termsVersion?: string) =>
      await gate.post('/registrations', { username: 'ann', password: testPassword, termsVersion });
    expect(outcome(await register())).toBe('400 invalid_request');
    const made = await register(version);
    expect(outcome(made)).toBe('201');
    const row = await gate.deps.database.db
      .selectFrom('users')
      .select(['terms_version', 'terms_at'])
      .where('id', '=', field(made.json, 'user.id'))
      .executeTakeFirstOrThrow();
    expect(row.terms_version).toBe(version);
    expect(row.terms_at).toBeGreaterThan(0);
    await gate.set('site.terms', 'Be kinder.');
    expect(outcome(await register(version))).toBe('400 invalid_request');
    await gate.stop();
  });

  test('by a name alone, which is theirs', async () => {
    const gate = await openGate(await open());
    const made = await gate.post('/registrations', { username: 'Ann.B', password: testPassword });
    expect(made.json).toMatchObject({ user: { email: null, username: 'ann.b', name: 'ann.b' } });
    expect(outcome(await gate.post('/registrations', { username: 'ANN.b', password: testPassword }))).toBe(
      '409 conflict',
    );
    expect(outcome(await gate.post('/registrations', { password: testPassword }))).toBe('400 invalid_request');
    expect(await gate.signIn('ann.b', testPassword)).toBe('201');
    const cookie = cookiesOf(made);
    const rename = async (username: string | null) =>
      outcome(await gate.call('PATCH', '/api/v1/me', { cookie, headers: sameOrigin, body: { username } }));
    expect(await rename('ann')).toBe('200');
    expect(await rename(null)).toBe('409 conflict');
    expect(await gate.signIn('ann', testPassword)).toBe('201');
    await gate.stop();
  });

  test('once they have shown that they are no program; who fails to sign in is asked, too', async () => {
    const gate = await openGate(await open(), {
      'accounts.captcha': 'turnstile',
      'accounts.captchaSiteKey': 'site',
      'accounts.captchaSecret': 'secret',
    });
    const register = async (captcha?: string) =>
      outcome(await gate.post('/registrations', { username: 'ann', password: testPassword, captcha }));
    expect(await register()).toBe('403 captcha_required');
    expect(await register('a program')).toBe('403 captcha_required');
    expect(await register('a person')).toBe('201');
    expect(gate.captchaAsked.at(-1)).toBe('https://challenges.cloudflare.com/turnstile/v0/siteverify secret a person');
    expect(outcome(await gate.post('/password-resets/requests', { login: 'ann' }))).toBe('403 captcha_required');

    const enter = async (password: string, captcha?: string) =>
      outcome(await gate.post('/session', { email: 'root@example.com', password, captcha }));
    for (let i = 0; i < 3; i += 1) expect(await enter('wrong')).toBe('401 invalid_credentials');
    expect(await enter(testPassword)).toBe('403 captcha_required');
    expect(await enter(testPassword, 'a person')).toBe('201');
    expect(await enter(testPassword)).toBe('201');

    const page = await gate.call('GET', '/sign-up');
    expect(page.headers.get('content-security-policy')).toContain('https://challenges.cloudflare.com');
    await gate.set('accounts.captcha', 'none');
    const plain = await gate.call('GET', '/sign-up');
    expect(plain.headers.get('content-security-policy')).not.toContain('cloudflare');
    await gate.stop();
  });
});

onSqlite('another address', (open) => {
  test('is one’s own once its link is opened; the old one is told, and its links end', async () => {
    const gate = await openGate(await open());
    const made = await gate.post('/registrations', { email: 'ann@example.com', password: testPassword });
    const cookie = cookiesOf(made);
    const ask = async (email: string) => outcome(await gate.post('/me/email', { email }, { cookie }));
    await gate.set('accounts.proofGraceMs', 0);
    expect(await ask('new@example.com')).toBe('403 proof_required');
    await gate.set('accounts.proofGraceMs', 60_000);
    await gate.post('/password-resets/requests', { login: 'ann@example.com' });
    const reset = await gate.mail();
    expect(await ask('new@example.com')).toBe('204');
    const { to, token } = await gate.mail();
    expect(to).toBe('new@example.com');
    expect((await gate.call('GET', '/api/v1/me', { cookie })).json).toMatchObject({
      user: { email: 'ann@example.com', emailVerified: false },
    });
    expect(outcome(await gate.post('/emails/confirmations', { token }))).toBe('204');
    expect(outcome(await gate.post('/emails/confirmations', { token }))).toBe('403 link_invalid');
    expect((await gate.call('GET', '/api/v1/me', { cookie })).json).toMatchObject({
      user: { email: 'new@example.com', emailVerified: true },
    });
    const told = await gate.mail();
    expect(told.to).toBe('ann@example.com');
    expect(told.text).toContain('new@example.com');
    expect(outcome(await gate.post('/password-resets', { token: reset.token, password: 'another password' }))).toBe(
      '403 reset_token_invalid',
    );
    // Somebody else's address is not taken over: its mailbox is told, the asker is not.
    expect(await ask('root@example.com')).toBe('204');
    const warned = await gate.mail();
    expect(warned.to).toBe('root@example.com');
    expect(warned.token).toBe('');
    await gate.stop();
  });
});
