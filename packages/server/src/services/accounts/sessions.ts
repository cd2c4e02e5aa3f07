import { auditRepository } from '../../store/configuration/audit-log.ts';
import { flowRepository } from '../../store/sign-in/flows.ts';
import { userRepository, type User } from '../../store/users.ts';
import { revokeAllTokens } from './access-tokens.ts';
import { mayManage, personActor, type AccountDeps, type Actor } from './account-deps.ts';
import { pruneAttempts, type Attempt, type AttemptLimits } from './attempt-limits.ts';
import type { Captcha } from './captcha.ts';
import type { ClientInfo, SignedIn } from './client-info.ts';
import { enter, type Entered } from './enter.ts';
import { entersFrom, knownDevice } from './known-devices.ts';
import { userOfIdentity } from './people.ts';
import { endOf, keepSession, sessionLife } from './session-life.ts';
import { Refusal } from '../../domain/refusal.ts';

const cookieName = 'tollgate.session_token';

/** Whether the request carries a session cookie at all; saves the load of better-auth for those that do not. */
export const hasSessionCookie = (headers: Headers): boolean => headers.get('cookie')?.includes(cookieName) === true;

/** Only these of the browser's headers reach better-auth; the address is the one that proxies were seen through to. */
function headersFor(client: ClientInfo): Headers {
  const headers = new Headers({ 'x-forwarded-for': client.address });
  for (const name of ['cookie', 'user-agent']) {
    const value = client.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

/** Failures that are nothing to wonder at; beyond them it is to be shown that no program tries. */
const freeFailures = 3;

/**
 * Signs a person in by e-mail address or user name, and password. A wrong name and a wrong password are not told apart: a name of
 * nobody costs the same hash.
 */
export async function signIn(
  deps: AccountDeps,
  limits: AttemptLimits,
  client: ClientInfo,
  ask: {
    readonly email: string;
    readonly password: string;
    readonly remember: boolean;
    readonly captcha?: string | undefined;
  },
  captcha?: Captcha,
): Promise<Entered> {
  const user = await userRepository.findByLogin(deps.database.db, ask.email);
  const attempt = await limits.begin({
    account: user?.id ?? ask.email,
    address: client.address,
    device: user && (await knownDevice(deps, client, user.id)),
    ...(user && { knowsAddress: () => entersFrom(deps, user.id, client.address) }),
  });
  let right: boolean;
  try {
    if (attempt.failures >= freeFailures) await captcha?.assert(ask.captcha, client.address);
    right = await isPasswordOf(deps, user?.id, ask.password);
  } catch (error) {
    await attempt.withdrawn();
    throw error;
  }
  if (user === undefined || !right) throw new Refusal('invalid_credentials', 'The name or the password is wrong.');
  await attempt.succeeded();
  return await enter(deps, client, { userId: user.id, remember: ask.remember });
}

/** Whether this is somebody's password; takes as long for nobody. */
async function isPasswordOf(deps: AccountDeps, userId: string | undefined, password: string): Promise<boolean> {
  const context = await (await deps.auth(false)).$context;
  const accounts = userId === undefined ? [] : await context.internalAdapter.findAccounts(userId);
  const hash = accounts.find(({ providerId }) => providerId === 'credential')?.password;
  if (hash) return await context.password.verify({ hash, password });
  await context.password.hash(password);
  return false;
}

/** Asks better-auth, and tells an attempt what became of it: right, wrong, or not looked at for reasons of our own. */
async function judged(attempt: Attempt, what: string, ask: () => Promise<Response>): Promise<Response> {
  let response: Response | undefined;
  try {
    response = await ask();
  } finally {
    if (response === undefined || response.status >= 500) await attempt.withdrawn();
  }
  if (response.status >= 500) throw new Error(`better-auth answered ${what} with ${response.status}`);
  if (response.ok) await attempt.succeeded();
  return response;
}

/**
 * The person whose session cookie this is; undefined when there is none, it has ended, or they are disabled. With `renew`
 * it was used now, and so is not idle.
 */
export async function findSession(
  deps: AccountDeps,
  client: ClientInfo,
  { renew } = { renew: true },
): Promise<SignedIn | undefined> {
  if (!hasSessionCookie(client.headers)) return undefined;
  const auth = await deps.auth(client.secure);
  const { response, headers } = await auth.api.getSession({
    headers: headersFor(client),
    query: { disableRefresh: true },
    returnHeaders: true,
  });
  if (response === null) return undefined;
  if (!(await keepSession(deps, auth, response.session, renew))) return undefined;
  const user = await userOfIdentity(deps, response.user.id);
  if (!user.enabled) {
    // Ends what a sign-in has just begun; sessions from before went when the user was disabled.
    await auth.api.revokeSessions({ headers: headersFor(client) });
    return undefined;
  }
  return {
    user,
    sessionId: response.session.id,
    signedInAt: response.session.createdAt.getTime(),
    cookies: headers.getSetCookie(),
  };
}

/** Ends the client's session; returns the cookies that clear it. */
export async function signOut(deps: AccountDeps, client: ClientInfo): Promise<readonly string[]> {
  const auth = await deps.auth(client.secure);
  const response = await auth.api.signOut({ headers: headersFor(client), asResponse: true });
  return response.headers.getSetCookie();
}

/** Ends every session of the client's person, this one included, and their access tokens unless these are to stay. */
export async function signOutEverywhere(
  deps: AccountDeps,
  client: ClientInfo,
  user: User,
  { keepTokens }: { readonly keepTokens: boolean },
): Promise<readonly string[]> {
  if (!keepTokens) await revokeAllTokens(deps, personActor(user), user.id, 'signed out everywhere');
  const auth = await deps.auth(client.secure);
  await auth.api.revokeSessions({ headers: headersFor(client) });
  return await signOut(deps, client);
}

export type SessionView = {
  readonly id: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
};

export async function listSessions(deps: AccountDeps, client: ClientInfo): Promise<readonly SessionView[]> {
  const auth = await deps.auth(client.secure);
  const sessions = await auth.api.listSessions({ headers: headersFor(client) });
  const life = sessionLife(deps);
  return sessions
    .map((session) => ({
      id: session.id,
      ipAddress: session.ipAddress ?? null,
      userAgent: session.userAgent ?? null,
      createdAt: session.createdAt.getTime(),
      lastUsedAt: session.updatedAt.getTime(),
      expiresAt: endOf(session, life),
    }))
    .filter(({ expiresAt }) => expiresAt > deps.now());
}

/** Ends one session of a person, such as that of a lost telephone. */
export async function revokeSession(deps: AccountDeps, userId: string, id: string): Promise<void> {
  if (!(await userRepository.deleteSession(deps.database.db, userId, id)))
    throw new Refusal('not_found', 'There is no such session.');
}

/** Ends every session of somebody else, whose device or password may be in other hands. */
export async function endSessionsOf(deps: AccountDeps, actor: Actor, userId: string): Promise<void> {
  const user = await userRepository.find(deps.database.db, userId);
  if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
  if (!mayManage(actor, user)) throw new Refusal('forbidden', 'Only root may sign administrators out.');
  await deps.database.transact(async (db) => {
    await userRepository.deleteSessions(db, userId);
    await auditRepository.append(db, {
      at: deps.now(),
      actor: actor.label,
      action: 'user.endSessions',
      subject: `user:${userId}`,
      before: null,
      after: null,
    });
  });
}

/**
 * Changes one's own password: needs the current one, ends all other sessions and the access tokens unless these are to
 * stay, and renews this one.
 */
export async function changeOwnPassword(
  deps: AccountDeps,
  limits: AttemptLimits,
  client: ClientInfo,
  user: User,
  ask: { readonly current: string; readonly next: string; readonly keepTokens: boolean },
): Promise<readonly string[]> {
  // Counted apart from sign-ins, whose failures are anybody's.
  const attempt = await limits.begin({ account: `(password of ${user.id})`, address: client.address });
  const auth = await deps.auth(client.secure);
  const response = await judged(attempt, 'a change of password', () =>
    auth.api.changePassword({
      body: { currentPassword: ask.current, newPassword: ask.next, revokeOtherSessions: true },
      headers: headersFor(client),
      asResponse: true,
    }),
  );
  if (response.ok) {
    if (!ask.keepTokens) await revokeAllTokens(deps, personActor(user), user.id, 'a new password');
    return response.headers.getSetCookie();
  }
  throw new Refusal('invalid_credentials', 'The current password is wrong.', { param: 'current' });
}

/** Forgets sessions, flows and verifications that have run out; for a daily job. */
export async function pruneSessions(deps: AccountDeps): Promise<number> {
  const { adapter } = await (await deps.auth(false)).$context;
  const { idleMs, maxMs } = sessionLife(deps);
  const before = (field: string, moment: number) => [{ field, operator: 'lt' as const, value: new Date(moment) }];
  const now = deps.now();
  await pruneAttempts(deps);
  let forgotten = await flowRepository.prune(deps.database.db, now);
  forgotten += await adapter.deleteMany({ model: 'verification', where: before('expiresAt', now) });
  for (const where of [before('expiresAt', now), before('createdAt', now - maxMs), before('updatedAt', now - idleMs)])
    forgotten += await adapter.deleteMany({ model: 'session', where });
  return forgotten;
}
