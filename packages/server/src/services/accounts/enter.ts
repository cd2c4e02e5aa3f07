import { createHmac } from 'node:crypto';
import { Refusal } from '../../domain/refusal.ts';
import { userRepository, type User } from '../../store/users.ts';
import type { AccountDeps } from './account-deps.ts';
import { rememberDevice } from './known-devices.ts';
import { userOfIdentity } from './people.ts';
import type { ClientInfo, SignedIn } from './client-info.ts';

/** A person who has shown who they are, and how long this browser is to remember it. */
export type Entry = { readonly userId: string; readonly remember: boolean };

/**
 * The one door: every way in ends here, and nothing else makes a session. The session is a new one, whatever the browser
 * carried before, so that nobody can have been given one to be entered by.
 */
export async function enter(deps: AccountDeps, client: ClientInfo, { userId, remember }: Entry): Promise<SignedIn> {
  const user = await userOfIdentity(deps, userId);
  if (!user.enabled) throw new Refusal('user_disabled', 'This account is disabled.');
  const { sessionId, cookies } = await makeSession(deps, client, user, remember);
  // Disabled meanwhile: the sessions that were there are gone, this one goes after them.
  if ((await userRepository.find(deps.database.db, userId))?.enabled !== true) {
    await userRepository.deleteSession(deps.database.db, userId, sessionId);
    throw new Refusal('user_disabled', 'This account is disabled.');
  }
  const device = await rememberDevice(deps, client.secure, deviceAccountOf(user), remember);
  return { user, sessionId, cookies: [...cookies, device] };
}

/** What a device is known by to an account: its address, as people type it; without one, its id. */
export const deviceAccountOf = (user: Pick<User, 'id' | 'email'>): string => user.email ?? user.id;

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
  const age = `; Max-Age=${context.sessionConfig.expiresIn}`;
  const cookies = [`${sessionToken.name}=${sign(session.token)}; ${flags}${remember ? age : ''}`];
  // Tells better-auth not to make the cookie last when it renews it.
  if (!remember) cookies.push(`${dontRememberToken.name}=${sign('true')}; ${flags}`);
  return { sessionId: session.id, cookies };
}
