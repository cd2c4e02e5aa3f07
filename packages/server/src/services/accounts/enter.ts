import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { userRepository, type User } from '../../store/users.ts';
import type { AccountDeps } from './account-deps.ts';
import { findFlow, putFlow, randomText, takeFlow } from './flows.ts';
import { cookieOf, entersFrom, knownDevice, rememberDevice } from './known-devices.ts';
import { userOfIdentity } from './people.ts';
import { sessionLife } from './session-life.ts';
import { assertWayIn, type EnteredBy } from './single-sign-on.ts';
import { hasSecondFactor, proveSecondFactor } from './second-factor.ts';
import type { ClientInfo, SignedIn } from './client-info.ts';

/** A person who has shown who they are, and how long this browser is to remember it. */
export type Entry = {
  readonly userId: string;
  readonly remember: boolean;
  /** The sign-in method that they came by; absent for a password or a passkey. */
  readonly by?: EnteredBy;
};

/** A session; or, where one more thing is to be shown, the cookies by which this browser is known when it shows it. */
export type Entered = { readonly signedIn: SignedIn } | { readonly challenged: readonly string[] };

const challengePurpose = 'challenge';
const bySchema = z.strictObject({ teamId: z.string().optional(), administrators: z.boolean() });
const challengeSchema = z.strictObject({ remember: z.boolean(), by: bySchema.optional() });

/**
 * The one door: every way in ends here, and nothing else makes a session. Whoever has a second factor must show it,
 * whatever the first one was. The session is a new one, whatever the browser carried before, so that nobody can have been
 * given one to be entered by.
 */
export async function enter(deps: AccountDeps, client: ClientInfo, entry: Entry): Promise<Entered> {
  const user = await userOfIdentity(deps, entry.userId);
  if (!user.enabled) throw new Refusal('user_disabled', 'This account is disabled.');
  await assertWayIn(deps.database.db, user, entry.by);
  if (!(await hasSecondFactor(deps, user.id))) return { signedIn: await openSession(deps, client, user, entry) };
  const text = randomText(deps);
  const by = entry.by && { teamId: entry.by.teamId, administrators: entry.by.administrators };
  const payload: z.output<typeof challengeSchema> = { remember: entry.remember, ...(by && { by }) };
  await putFlow(deps, challengePurpose, { text, userId: user.id, payload });
  return { challenged: [challengeCookie(client.secure, text)] };
}

/** For a first factor that is both, such as a passkey: something the person has, and what shows that it is them. */
export async function enterProved(deps: AccountDeps, client: ClientInfo, entry: Entry): Promise<SignedIn> {
  const user = await userOfIdentity(deps, entry.userId);
  if (!user.enabled) throw new Refusal('user_disabled', 'This account is disabled.');
  await assertWayIn(deps.database.db, user, entry.by);
  return await openSession(deps, client, user, entry);
}

/** Ends a sign-in that was challenged, with a code. Wrong ones may be tried again, as often as attempts allow. */
export async function enterWithCode(deps: AccountDeps, client: ClientInfo, code: string): Promise<SignedIn> {
  const text = cookieOf(client.headers.get('cookie') ?? '', challengeName(client.secure)) ?? '';
  const flow = text === '' ? undefined : await findFlow(deps, challengePurpose, text);
  const user = flow?.userId === undefined ? undefined : await userRepository.find(deps.database.db, flow.userId);
  if (flow === undefined || user === undefined)
    throw new Refusal('sign_in_failed', 'This sign-in is over. Begin again.');
  await proveSecondFactor(deps, user.id, code);
  if ((await takeFlow(deps, challengePurpose, text)) === undefined)
    throw new Refusal('sign_in_failed', 'This sign-in is over. Begin again.');
  const { remember, by } = challengeSchema.parse(JSON.parse(flow.payload));
  const entry = {
    userId: user.id,
    remember,
    ...(by && { by: { teamId: by.teamId, administrators: by.administrators } }),
  };
  const signedIn = await openSession(deps, client, user, entry);
  return { ...signedIn, cookies: [...signedIn.cookies, challengeCookie(client.secure, '')] };
}

/**
 * Another session in place of this one, once it may do more than before: whoever had its cookie from an earlier time has
 * nothing. Returns the cookies.
 */
export async function renewSession(
  deps: AccountDeps,
  client: ClientInfo,
  { user, sessionId }: { readonly user: User; readonly sessionId: string },
): Promise<readonly string[]> {
  const { dontRememberToken } = (await (await deps.auth(client.secure)).$context).authCookies;
  const remember = cookieOf(client.headers.get('cookie') ?? '', dontRememberToken.name) === undefined;
  const { cookies } = await makeSession(deps, client, user, remember);
  await userRepository.deleteSession(deps.database.db, user.id, sessionId);
  return cookies;
}

const challengeName = (secure: boolean): string => `${secure ? '__Host-' : ''}tollgate.challenge`;

function challengeCookie(secure: boolean, text: string): string {
  const flags = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${challengeName(secure)}=${text}; ${flags}; Max-Age=${text === '' ? 0 : 600}`;
}

/** An account that is so young is entered from nowhere else yet. */
const youngMs = 10 * 60_000;

/** Whether somebody enters by a browser, and from a network, that they have not entered by before. */
async function isNewPlace(deps: AccountDeps, client: ClientInfo, user: User): Promise<boolean> {
  if (deps.now() - user.createdAt < youngMs) return false;
  if ((await knownDevice(deps, client, user.id)) !== undefined) return false;
  return !(await entersFrom(deps, user.id, client.address));
}

async function openSession(
  deps: AccountDeps,
  client: ClientInfo,
  user: User,
  { remember, by }: Entry,
): Promise<SignedIn> {
  const isNew = await isNewPlace(deps, client, user);
  const { sessionId, cookies } = await makeSession(deps, client, user, remember);
  try {
    await assertEnters(deps, user.id, by);
  } catch (error) {
    // Disabled or held meanwhile: the sessions that were there are gone, this one goes after them.
    await userRepository.deleteSession(deps.database.db, user.id, sessionId);
    throw error;
  }
  if (isNew)
    await auditRepository.append(deps.database.db, {
      at: deps.now(),
      actor: `user:${user.id}`,
      action: 'user.newSignIn',
      subject: `user:${user.id}`,
      before: null,
      after: { address: client.address, device: (client.headers.get('user-agent') ?? '').slice(0, 200) },
    });
  const device = await rememberDevice(deps, client.secure, user.id, remember);
  return { user, sessionId, signedInAt: deps.now(), cookies: [...cookies, device] };
}

/** Refuses who is disabled, or may not come in by this way, as they are now. */
async function assertEnters({ database: { db } }: AccountDeps, userId: string, by: EnteredBy | undefined) {
  const user = await userRepository.find(db, userId);
  if (user?.enabled !== true) throw new Refusal('user_disabled', 'This account is disabled.');
  await assertWayIn(db, user, by);
}

async function makeSession(
  deps: AccountDeps,
  client: ClientInfo,
  user: User,
  remember: boolean,
): Promise<{ readonly sessionId: string; readonly cookies: readonly string[] }> {
  const context = await (await deps.auth(client.secure)).$context;
  const session = await context.internalAdapter.createSession(user.id, !remember, {
    ipAddress: client.address,
    userAgent: client.headers.get('user-agent') ?? '',
  });
  const { sessionToken, dontRememberToken } = context.authCookies;
  const sign = (value: string): string =>
    encodeURIComponent(`${value}.${createHmac('sha256', context.secret).update(value).digest('base64')}`);
  const flags = `Path=/; HttpOnly; SameSite=Lax${client.secure ? '; Secure' : ''}`;
  const age = `; Max-Age=${Math.floor(sessionLife(deps).maxMs / 1000)}`;
  const cookies = [`${sessionToken.name}=${sign(session.token)}; ${flags}${remember ? age : ''}`];
  // Tells better-auth not to make the cookie last when it renews it.
  if (!remember) cookies.push(`${dontRememberToken.name}=${sign('true')}; ${flags}`);
  return { sessionId: session.id, cookies };
}
