import { expect, test } from 'bun:test';
import { getMigrations } from 'better-auth/db/migration';
import { eachDatabase } from '../../store/testing/databases.ts';
import { openAuth } from './auth.ts';

const secret = 'a test secret of thirty-two or more characters';
let count = 0;
const newId = () => String((count += 1)).padStart(6, '0');

eachDatabase('better-auth', (open) => {
  test('finds all its tables and columns in our migrations', async () => {
    const database = await open();
    const auth = await openAuth({ database, secret, newId })(false);
    const { toBeCreated, toBeAdded } = await getMigrations(auth.options);
    expect(toBeCreated).toEqual([]);
    expect(toBeAdded).toEqual([]);
  });

  test('signs up, in, and out everywhere, with dates that come back as they went', async () => {
    const database = await open();
    const auth = await openAuth({ database, secret, newId })(false);
    const password = 'x'.repeat(200);
    await auth.api.signUpEmail({ body: { email: 'Ann@Example.com', name: 'Ann', password } });
    const kept = await database.db.selectFrom('auth_accounts').select('password').executeTakeFirst();
    expect(kept?.password).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$');
    const response = await auth.api.signInEmail({ body: { email: 'ann@example.com', password }, asResponse: true });
    expect(response.status).toBe(200);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    const headers = new Headers({ cookie: cookie.split(';')[0] ?? '' });
    const session = await auth.api.getSession({ headers });
    expect(session?.user.email).toBe('ann@example.com');
    const life = (session?.session.expiresAt.getTime() ?? 0) - (session?.session.createdAt.getTime() ?? 0);
    expect(Math.round(life / 3_600_000)).toBe(366 * 24);
    await auth.api.revokeSessions({ headers });
    expect(await auth.api.getSession({ headers })).toBeNull();
    const wrong = await auth.api.signInEmail({ body: { email: 'ann@example.com', password: 'y' }, asResponse: true });
    expect(wrong.status).toBe(401);
  });
});
