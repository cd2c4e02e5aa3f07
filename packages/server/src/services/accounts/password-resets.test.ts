import { expect, test } from 'bun:test';
import { Refusal } from '../../domain/refusal.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { authenticateToken, createToken } from './access-tokens.ts';
import { cliActor, personActor } from './account-deps.ts';
import { createAttemptLimits } from './attempt-limits.ts';
import { createPasswordReset, resetPassword } from './password-resets.ts';
import { createPerson } from './people.ts';
import { changePerson } from './change-person.ts';
import { findSession, signIn as enterByPassword } from './sessions.ts';
import { testAccounts } from './testing/accounts.ts';

/** Signs in where nothing more is asked for. */
async function signIn(...ask: Parameters<typeof enterByPassword>) {
  const entered = await enterByPassword(...ask);
  if (!('signedIn' in entered)) throw new Error('a second factor was asked for');
  return entered.signedIn;
}

const password = 'correct horse battery';
const next = 'another horse battery';

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : `bug: ${String(error)}`),
  );

eachDatabase('password resets', (open) => {
  test('a link sets a new password once, and ends what was signed in', async () => {
    const deps = testAccounts(await open());
    const limits = createAttemptLimits(deps);
    const ann = await createPerson(
      deps,
      cliActor,
      { email: 'ann@example.com', password, role: 'user' },
      { adopt: false },
    );
    const client = { headers: new Headers(), address: '203.0.113.5', secure: false };
    const enter = async (by: string) =>
      await signIn(deps, limits, client, { email: 'ann@example.com', password: by, remember: true });
    const { cookies } = await enter(password);
    const signedIn = {
      ...client,
      headers: new Headers({ cookie: cookies.map((line) => line.split(';', 1)[0]).join('; ') }),
    };
    expect(await findSession(deps, signedIn)).toBeDefined();
    const { text } = await createToken(deps, personActor(ann), ann, {
      name: 'ci',
      readOnly: false,
      scopes: null,
      expiresAt: null,
    });
    expect(await authenticateToken(deps, text)).toBeDefined();

    const old = await createPasswordReset(deps, cliActor, ann.id);
    const { token, expiresAt } = await createPasswordReset(deps, cliActor, ann.id);
    expect(expiresAt).toBeGreaterThan(deps.now());
    expect(await codeOf(resetPassword(deps, old.token, next))).toBe('reset_token_invalid');
    expect(await codeOf(resetPassword(deps, 'nonsense', next))).toBe('reset_token_invalid');
    // A password that is refused does not spend the link.
    expect(await codeOf(resetPassword(deps, token, 'short'))).toBe('invalid_request');
    const outcomes = await Promise.all([1, 2, 3].map(() => codeOf(resetPassword(deps, token, next))));
    expect(outcomes.toSorted()).toEqual(['done', 'reset_token_invalid', 'reset_token_invalid']);
    expect(await findSession(deps, signedIn)).toBeUndefined();
    expect(await authenticateToken(deps, text)).toBeUndefined();
    expect(await codeOf(enter(password))).toBe('invalid_credentials');
    expect(await codeOf(enter(next))).toBe('done');
  });

  test('a link ends after a day, and with its owner', async () => {
    const deps = testAccounts(await open());
    const ann = await createPerson(
      deps,
      cliActor,
      { email: 'ann@example.com', password, role: 'user' },
      { adopt: false },
    );
    const late = await createPasswordReset(deps, cliActor, ann.id);
    deps.time = late.expiresAt;
    expect(await codeOf(resetPassword(deps, late.token, next))).toBe('reset_token_invalid');
    deps.time = 0;
    const { token } = await createPasswordReset(deps, cliActor, ann.id);
    await changePerson(deps, cliActor, ann.id, { enabled: false });
    expect(await codeOf(resetPassword(deps, token, next))).toBe('reset_token_invalid');
  });

  test('an administrator makes none for administrators', async () => {
    const deps = testAccounts(await open());
    const make = async (email: string, role: 'admin' | 'user') =>
      await createPerson(deps, cliActor, { email, password, role }, { adopt: false });
    const admin = await make('admin@example.com', 'admin');
    const other = await make('other@example.com', 'admin');
    const ann = await make('ann@example.com', 'user');
    expect(await codeOf(createPasswordReset(deps, personActor(admin), other.id))).toBe('forbidden');
    expect(await codeOf(createPasswordReset(deps, personActor(admin), ann.id))).toBe('done');
    expect(await codeOf(createPasswordReset(deps, personActor(admin), 'usr_nobody'))).toBe('not_found');
  });
});
